"""What is posted by hand: taken by one person, copied, posted, and counted only once its address is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.base import Channel
from channels.manual import ManualChannel
from pipeline import acts
from pipeline import office as offices
from pipeline.deliver.engine import real_now
from pipeline.models import Article, AuditEntry, ChannelState, Delivery, Picture
from pipeline.office import Office
from pipeline.schedule import ManualSettings, RouteSettings
from pipeline.watch.facts import gather
from tests.web.conftest import NOW, make_article

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
PAGE = "https://www.facebook.example/phutho"
POSTED = f"{PAGE}/posts/17"


@pytest.fixture
def town(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose people also post on a page, and pin to a board in the hall."""
    settings = (
        ManualSettings(id="trang", kind="manual", place="Trang Facebook Phú Thọ", open=PAGE),
        ManualSettings(id="bang", kind="manual", place="Bảng tin Một cửa", addresses=False),
    )
    channels: dict[str, Channel] = {
        **office.channels,
        **{each.id: ManualChannel(each.id, each.place, each.characters) for each in settings},
    }
    schedule = office.schedule.model_copy(
        update={
            "channels": (*office.schedule.channels, *settings),
            "routes": (RouteSettings(channels=tuple(channels)),),
        }
    )
    made = replace(office, schedule=schedule, channels=MappingProxyType(channels))
    monkeypatch.setattr(offices, "current", lambda: made)
    return made


def approved(office: Office, approver: User, **fields: object) -> Article:
    """An article that our own web shows already: its cards may be taken."""
    values = {"body": "<p>Lệ phí 30.000 đồng.</p>", "text": "Lệ phí 30.000 đồng."} | fields
    article = make_article(state="review", **values)  # type: ignore[arg-type]
    acts.approve(office, article.id, approver)
    Delivery.objects.filter(channel__in=office.pulled).update(state="sent", sent_at=NOW)
    return article


def card(article: Article, channel: str = "trang", errand: str = "post") -> Delivery:
    return Delivery.objects.get(article=article, channel=channel, errand=errand)


def says(client: Client, row: Delivery, outcome: str, **form: str) -> tuple[str, str]:
    """The row's state after this word, and the page that follows."""
    page = client.post(f"/console/dang-tay/{row.id}/{outcome}", form, follow=True).content.decode()
    row.refresh_from_db()
    return row.state, page


def test_a_card_is_taken_copied_posted_and_counts_when_its_address_is_there(
    officer: Client, town: Office, hoa: User
) -> None:
    row = card(approved(town, hoa, title="Mức phí mới"))
    listed = officer.get("/console/dang-tay").content.decode()
    for words in ("Đến giờ, chờ người nhận", "Trang Facebook Phú Thọ", "Mức phí mới"):
        assert words in listed
    before = officer.get(f"/console/dang-tay/{row.id}").content.decode()
    assert "Nhận thẻ này" in before
    assert "<textarea" not in before

    state, page = says(officer, row, "take")
    assert state == "sending"
    for words in (
        "trong tay lan", "Lệ phí 30.000 đồng.", f'href="{PAGE}"', "Địa chỉ của bài vừa đăng",
        '<button type="button" hidden data-copies="chu"', "<textarea", "readonly",
    ):  # fmt: skip
        assert words in page
    assert "Đang có người đăng" in officer.get("/console/dang-tay").content.decode()

    state, page = says(officer, row, "done", url=f" {POSTED} ")
    assert (state, row.url, row.receipt) == ("sent", POSTED, {"ref": "", "url": POSTED, "by": "lan"})
    assert "Đã ghi: bài đã đăng." in page
    item = officer.get(f"/console/bai/{row.article_id}").content.decode()
    assert POSTED in item
    assert "<b>lan</b> đã đăng hoặc gỡ bằng tay" in item
    assert AuditEntry.objects.filter(who="lan", act="card-done", subject=f"delivery:{row.id}").exists()


@pytest.mark.parametrize(
    "url", ["", "da dang roi", "javascript:alert(1)", "ftp://x.example/1", PAGE, f"{PAGE}/"]
)
def test_what_is_no_address_of_a_post_proves_nothing(
    officer: Client, town: Office, hoa: User, url: str
) -> None:
    row = card(approved(town, hoa))
    says(officer, row, "take")
    state, page = says(officer, row, "done", url=url)
    assert (state, row.url) == ("sending", "")
    assert "địa chỉ" in page
    assert 'class="note error"' in page


def test_a_place_without_addresses_takes_a_persons_word(officer: Client, town: Office, hoa: User) -> None:
    row = card(approved(town, hoa), "bang")
    _, page = says(officer, row, "take")
    assert "Địa chỉ của bài vừa đăng" not in page
    assert says(officer, row, "done")[0] == "sent"


def test_pressed_twice_is_once_and_who_is_late_is_told(
    officer: Client, town: Office, hoa: User, person: Person
) -> None:
    row = card(approved(town, hoa))
    says(officer, row, "take")
    second = Client()
    second.force_login(person("minh", "editor"))
    assert "đã có người nhận" in says(second, row, "take")[1]
    assert row.owner == "person:lan"
    says(officer, row, "done", url=POSTED)
    assert "không còn trong tay ai" in says(officer, row, "done", url=POSTED)[1]
    assert AuditEntry.objects.filter(act="card-done").count() == 1


def test_a_card_goes_back_or_is_dropped_for_a_reason(officer: Client, town: Office, hoa: User) -> None:
    row = card(approved(town, hoa))
    says(officer, row, "take")
    assert says(officer, row, "back")[0] == "queued"
    says(officer, row, "take")
    state, page = says(officer, row, "drop", reason=" ")
    assert (state, "Cần ghi lý do." in page) == ("sending", True)
    state, page = says(officer, row, "drop", reason="Trang đang bị khóa")
    assert (state, row.error, "không đăng bài này" in page) == ("superseded", "Trang đang bị khóa", True)
    assert "thôi, không gửi tin nữa" in officer.get(f"/console/dang-tay/{row.id}").content.decode()


def test_a_correction_becomes_a_card_with_the_address_of_what_it_puts_right(
    officer: Client, town: Office, hoa: User
) -> None:
    article = approved(town, hoa)
    row = card(article)
    says(officer, row, "take")
    says(officer, row, "done", url=POSTED)
    acts.correct(town, article.id, hoa, [("30.000", "20.000")], "ghi nhầm mức phí")
    _, page = says(officer, card(article, errand="correct"), "take")
    for words in (f'href="{POSTED}"', f'value="{POSTED}"', "ghi nhầm mức phí", "20.000 đồng", "Sửa bài cũ"):
        assert words in page
    assert says(officer, card(article, errand="correct"), "done", url=POSTED)[0] == "sent"


def test_a_withdrawal_becomes_a_card_and_ends_what_stood_there(
    officer: Client, client: Client, town: Office, hoa: User
) -> None:
    article = approved(town, hoa)
    row = card(article)
    says(officer, row, "take")
    says(officer, row, "done", url=POSTED)
    made = acts.withdraw(town, article.id, hoa, "thông tin sai")
    assert made.channels == ("trang",)
    removal = card(article, errand="withdraw")
    _, page = says(officer, removal, "take")
    for words in (f'href="{POSTED}"', "Lời báo gỡ", "thông tin sai", "Đã gỡ xong"):
        assert words in page
    assert "Địa chỉ của bài vừa đăng" not in page
    assert "Đã ghi: đã gỡ." in says(officer, removal, "done")[1]
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_who_holds_a_card_is_told_that_the_article_was_withdrawn_meanwhile(
    officer: Client, town: Office, hoa: User
) -> None:
    article = approved(town, hoa)
    row = card(article)
    says(officer, row, "take")
    acts.withdraw(town, article.id, hoa, "thông tin sai")
    page = officer.get(f"/console/dang-tay/{row.id}").content.decode()
    assert "Bài này nay đã gỡ." in page
    removal = card(article, errand="withdraw")
    assert "đã có người nhận" in says(officer, removal, "take")[1]
    says(officer, row, "done", url=POSTED)
    assert says(officer, removal, "take")[0] == "sending"


def test_the_withdrawing_officer_is_told_that_a_card_waits(client: Client, town: Office, hoa: User) -> None:
    article = approved(town, hoa)
    client.force_login(hoa)
    row = card(article)
    says(client, row, "take")
    says(client, row, "done", url=POSTED)
    form = {"revision": str(article.current_id), "reason": "thông tin sai", "confirmed": "on"}
    page = client.post(f"/console/bai/{article.id}/withdraw", form, follow=True).content.decode()
    assert "Có thẻ gỡ bằng tay chờ người nhận: Trang Facebook Phú Thọ." in page
    assert "Loa đang gỡ trên" not in page


def test_pictures_stand_there_to_be_saved(officer: Client, town: Office, hoa: User) -> None:
    sha256 = "ab" * 32
    Picture.objects.create(
        sha256=sha256, content_type="image/png", width=1, height=1, size=1, source_url="", fetched_at=NOW
    )
    picture = {"url": "https://x/1", "alt": "Sơ đồ", "problem": "", "sha256": sha256}
    row = card(approved(town, hoa, images=[picture]))
    _, page = says(officer, row, "take")
    assert f'<a href="/media/{sha256}.png" download>' in page


def test_what_has_not_come_due_or_is_paused_is_seen_and_cannot_be_taken(
    officer: Client, town: Office, hoa: User
) -> None:
    row = card(approved(town, hoa))
    Delivery.objects.filter(id=row.id).update(due_at=NOW + timedelta(hours=2))
    assert "Sắp tới" in officer.get("/console/dang-tay").content.decode()
    assert "Thẻ này chưa nhận được" in officer.get(f"/console/dang-tay/{row.id}").content.decode()
    assert says(officer, row, "take")[0] == "queued"
    Delivery.objects.filter(id=row.id).update(due_at=NOW)
    ChannelState.objects.create(channel="trang", paused=True, reason="x", by="hoa", at=NOW)
    assert says(officer, row, "take")[0] == "queued"


def test_who_may_not_settle_may_not_take(client: Client, town: Office, hoa: User, person: Person) -> None:
    row = card(approved(town, hoa))
    client.force_login(person("khach", "auditor"))
    assert "không nhận thẻ được" in client.get(f"/console/dang-tay/{row.id}").content.decode()
    assert client.post(f"/console/dang-tay/{row.id}/take").status_code == 403
    row.refresh_from_db()
    assert row.state == "queued"


def test_only_cards_are_cards(officer: Client, town: Office, hoa: User) -> None:
    other = Delivery.objects.get(article=approved(town, hoa), channel="cong")
    assert officer.get(f"/console/dang-tay/{other.id}").status_code == 404
    assert officer.post(f"/console/dang-tay/{other.id}/take").status_code == 404
    row = Delivery.objects.filter(channel="trang").get()
    assert officer.post(f"/console/dang-tay/{row.id}/explode").status_code == 404


def test_the_page_runs_our_own_script_and_no_other(officer: Client, town: Office, hoa: User) -> None:
    row = card(approved(town, hoa))
    says(officer, row, "take")
    answer = officer.get(f"/console/dang-tay/{row.id}")
    assert "script-src 'self';" in answer["Content-Security-Policy"]
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", answer.content.decode(), re.DOTALL)
    assert scripts
    for attributes, inline in scripts:
        assert re.search(r'\ssrc="/static/[\w.-]+"', attributes)
        assert inline == ""
    assert answer.content.decode().count("<script") == len(scripts)
    assert "script-src" not in officer.get("/")["Content-Security-Policy"]


def test_a_card_that_nobody_carries_out_is_a_warning_and_no_stuck_queue(
    officer: Client, town: Office, hoa: User
) -> None:
    row = card(approved(town, hoa))
    for _ in range(2):
        facts = gather(town, NOW + timedelta(minutes=5), real_now())
        assert (facts.oldest_card, facts.oldest_due) == (row.due_at, None)
        says(officer, row, "take")
    for each in (row, card(row.article, "bang")):
        if each.state == "queued":
            says(officer, each, "take")
        says(officer, each, "done", url=POSTED)
    assert gather(town, NOW + timedelta(minutes=5), real_now()).oldest_card is None


def test_an_office_without_such_places_is_not_shown_the_page(officer: Client, office: Office) -> None:
    assert "/console/dang-tay" not in officer.get("/console/").content.decode()
    assert "chưa có kênh nào đăng bằng tay" in officer.get("/console/dang-tay").content.decode()


def test_queries_do_not_grow_with_the_cards(officer: Client, town: Office, hoa: User) -> None:
    counts = []
    for _ in range(3):
        row = card(approved(town, hoa))
        says(officer, row, "take")
        approved(town, hoa)
        with CaptureQueriesContext(connection) as asked:
            officer.get("/console/dang-tay")
            officer.get(f"/console/dang-tay/{row.id}")
        counts.append(len(asked))
    assert counts[0] == counts[2]
