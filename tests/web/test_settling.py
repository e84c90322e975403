"""What a person says of a delivery or of a paused channel is checked, done and told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pipeline.models import Article, ChannelState, Delivery
from pipeline.office import Office
from pipeline.schedule import PressSettings
from tests.web.conftest import NOW, make_article, publish
from web import names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Person = Callable[..., User]


def delivery(state: str, *, article: str = "approved") -> Delivery:
    """One on a channel that pushes."""
    row = publish(make_article(state=article), sent=NOW if state == "sent" else None, state=state)
    Delivery.objects.filter(id=row.id).update(channel="telegram", target="@phutho")
    Article.objects.filter(id=row.article_id).update(published=row.revision)
    return row


def said(client: Client, row: Delivery, outcome: str, **form: str) -> tuple[str, str]:
    """The row's state after this word on it, and the page that follows."""
    page = client.post(f"/console/luot-gui/{row.id}/{outcome}", form, follow=True).content.decode()
    row.refresh_from_db()
    return row.state, page


@pytest.mark.parametrize("state", ["uncertain", "failed"])
def test_what_is_there_is_sent_and_what_is_not_waits_again(officer: Client, state: str) -> None:
    row = delivery(state)
    answers = f"/console/doubt?bai={row.article_id}#luot-{row.id}"
    assert answers in officer.get(f"/console/bai/{row.article_id}").content.decode()
    page = officer.get(answers).content.decode()
    for word in ("sent", "resend", "drop"):
        assert f"/luot-gui/{row.id}/{word}" in page
    after, page = said(officer, row, "sent", url="https://t.me/phutho/15")
    assert (after, row.url) == ("sent", "https://t.me/phutho/15")
    assert "Đã ghi: bài có trên kênh." in page
    assert "<h1>Nghi vấn</h1>" in page
    assert f"/luot-gui/{row.id}/" not in page
    page = officer.get(f"/console/bai/{row.article_id}").content.decode()
    assert "<b>lan</b> xử lý lượt gửi" in page

    dropped = delivery(state)
    after, page = said(officer, dropped, "drop")
    assert (after, "không gửi nữa" in page) == ("superseded", True)

    again = delivery(state)
    after, page = said(officer, again, "resend")
    assert (after, "xếp hàng để gửi lại" in page) == ("queued", True)
    after, page = said(officer, again, "sent")
    assert (after, "không cần xử lý" in page) == ("queued", True)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "t.me/phutho/15", "ftp://x.example/1"])
def test_an_address_is_one_of_the_web(officer: Client, url: str) -> None:
    after, page = said(officer, delivery("uncertain"), "sent", url=url)
    assert (after, "Địa chỉ phải bắt đầu bằng https://" in page) == ("uncertain", True)


def test_what_was_taken_down_by_hand_leaves_the_list(officer: Client) -> None:
    row = delivery("sent", article="withdrawn")
    Delivery.objects.filter(id=row.id).update(receipt={"ref": "2026/ban-tin.txt"})
    page = officer.get(f"/console/bai/{row.article_id}").content.decode()
    assert "Còn trên kênh: phải gỡ bằng tay. <code>2026/ban-tin.txt</code>" in page
    page = officer.get("/console/doubt").content.decode()
    assert "Đã gỡ xong trên kênh" in page
    assert "/resend" not in page
    after, page = said(officer, row, "removed")
    assert (after, "Không có gì phải trả lời." in page) == ("withdrawn", True)
    assert "không nằm trong danh sách" in said(officer, row, "removed")[1]


def test_who_only_looks_has_no_word(client: Client, person: Person) -> None:
    client.force_login(person("khach", "auditor"))
    row = delivery("uncertain")
    page = client.get("/console/doubt").content.decode()
    assert ("/luot-gui/" in page, "không trả lời được" in page) == (False, True)
    after, page = said(client, row, "sent")
    assert (after, "không có quyền" in page) == ("uncertain", True)


def test_words_and_rows_that_do_not_exist(officer: Client) -> None:
    row = delivery("uncertain")
    assert officer.post(f"/console/luot-gui/{row.id}/explode").status_code == 404
    assert officer.post("/console/luot-gui/999/sent").status_code == 404
    assert officer.get(f"/console/luot-gui/{row.id}/sent").status_code == 405


def test_a_channel_goes_on_for_a_reason_and_by_who_may(officer: Client, person: Person) -> None:
    ChannelState.objects.create(channel="bao-chi", paused=True, reason="Bảo trì", by="loa", at=NOW)
    assert "/console/kenh/" not in officer.get("/console/").content.decode()
    refused = officer.post("/console/kenh/bao-chi/resume", {"reason": "x"}, follow=True).content.decode()
    assert "không có quyền" in refused

    officer.force_login(person("vanhanh", "operator"))
    assert "/console/kenh/bao-chi/resume" in officer.get("/console/").content.decode()
    assert "Cần ghi lý do." in officer.post("/console/kenh/bao-chi/resume", follow=True).content.decode()
    assert ChannelState.objects.get().paused
    done = officer.post("/console/kenh/bao-chi/resume", {"reason": "Xong"}, follow=True).content.decode()
    assert "Kênh Báo chí chạy lại." in done
    assert not ChannelState.objects.get().paused
    again = officer.post("/console/kenh/bao-chi/resume", {"reason": "Xong"}, follow=True).content.decode()
    assert "Kênh này không tạm dừng." in again


def test_two_channels_of_one_kind_are_told_apart(office: Office) -> None:
    schedule = office.schedule
    assert names.channels(schedule) == {"cong": "Cổng thông tin", "bao-chi": "Báo chí"}
    twice = schedule.model_copy(
        update={"channels": (*schedule.channels, PressSettings(id="b2", kind="press"))}
    )
    assert names.channels(twice)["bao-chi"] == "Báo chí (bao-chi)"


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [("lan", "lan"), ("source:stp", "Sở Tư pháp"), ("rule:stp", "quy tắc của nguồn Sở Tư pháp"),
     ("source:cu", "cu"), ("shell:root", "dòng lệnh (root)"), ("loa", "Loa")],
)  # fmt: skip
def test_the_log_names_people_and_sources(recorded: str, shown: str) -> None:
    assert names.who(recorded, {"stp": "Sở Tư pháp"}) == shown
