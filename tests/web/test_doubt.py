"""What waits for a person's word is shown with all that they need to find the truth, and nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pipeline.deliver.engine import real_now
from pipeline.models import Article, ChannelState, Delivery, DeliveryState, Errand
from pipeline.office import Office
from tests.web.conftest import BASE, NOW, carried, make_article
from web.console.deeds import done, plan
from web.console.lanes import lanes

pytestmark = pytest.mark.django_db


def doubtful(article: Article, channel: str, **fields: Any) -> Delivery:
    """The article's delivery there, in doubt since half a minute ago."""
    values = {
        "state": "uncertain", "sent_at": None, "receipt": None, "url": "", "error": "Không rõ kết quả.",
        "claimed_at": real_now() - timedelta(seconds=30),
    } | fields  # fmt: skip
    Delivery.objects.filter(article=article, channel=channel).update(**values)
    return Delivery.objects.get(article=article, channel=channel)


def page(client: Client, query: str = "") -> str:
    return client.get(f"/console/doubt{query}").content.decode()


def test_all_is_told_of_a_delivery_in_doubt(officer: Client, wide: Office, hoa: User) -> None:
    article = carried(wide, hoa, title="Mức phí mới")
    row = doubtful(article, "telegram")
    shown = page(officer)
    for words in (
        "Không rõ đã đến hay chưa", "Mức phí mới", "Telegram", "@phutho", "Không rõ kết quả.",
        "07:59, 23/11/2026", '<a href="https://t.me/phutho" rel="noreferrer">',
        "Lệ phí 30.000 đồng.", "không rõ đã gửi tin hay chưa",
        f"/luot-gui/{row.id}/sent", f"/luot-gui/{row.id}/resend", f"/luot-gui/{row.id}/drop",
    ):  # fmt: skip
        assert words in shown
    assert "Loa đang hỏi" not in shown


@pytest.mark.parametrize(
    ("channel", "fields", "where"),
    [
        ("telegram", {"target": "-100123"}, "vào nhóm hoặc kênh có mã -100123"),
        ("telegram", {"receipt": {"ref": "7", "url": "https://t.me/phutho/7"}}, "https://t.me/phutho/7"),
        ("zalo", {}, "vào nhóm to-dan-pho"),
        ("loa", {}, "-nop-ho-so-dat-dai-truc-tuyen.txt</code>"),
        ("cong", {}, f'<a href="{BASE}/tin/'),
        ("bao-chi", {}, f'<a href="{BASE}/press/rss.xml"'),
        ("cu", {}, "Kênh này không còn trong cấu hình"),
    ],
)
def test_where_to_look(
    officer: Client, wide: Office, hoa: User, channel: str, fields: dict[str, Any], where: str
) -> None:
    article = carried(wide, hoa)
    if channel == "cu":
        Delivery.objects.filter(article=article, channel="zalo").update(channel="cu")
    doubtful(article, channel, **fields)
    assert where in page(officer)


def test_a_chat_that_has_moved_is_looked_at_where_it_is(officer: Client, wide: Office, hoa: User) -> None:
    doubtful(carried(wide, hoa), "telegram")
    ChannelState.objects.create(channel="telegram", target="@phutho", moved_to="@phutho2", at=NOW)
    assert "https://t.me/phutho2" in page(officer)


def test_what_a_correction_acts_on_is_linked(officer: Client, wide: Office, hoa: User) -> None:
    article = carried(wide, hoa)
    old = Delivery.objects.get(article=article, channel="telegram")
    Delivery.objects.filter(id=old.id).update(receipt={"ref": "5", "url": "https://t.me/phutho/5"})
    anew = {"method": "sendMessage", "text": "<b>Đính chính</b>", "parse_mode": "HTML"}
    old.id, old.errand, old.otherwise, old.way = None, "correct", [anew], 1
    old.content = anew | {"method": "editMessageText", "text": "Sửa"}
    old.state, old.sent_at, old.receipt, old.claimed_at = "uncertain", None, None, real_now()
    old.save()
    shown = page(officer)
    assert "https://t.me/phutho/5" in shown
    assert "không sửa tin đã đăng được nữa: không rõ đã gửi tin đính chính hay chưa" in shown
    assert "<b>Đính chính</b></div>" in shown


def test_what_loa_still_asks_about_says_so_and_may_be_answered(
    officer: Client, wide: Office, hoa: User
) -> None:
    row = doubtful(carried(wide, hoa), "telegram", wake_at=real_now() + timedelta(minutes=5))
    assert "Loa đang hỏi" not in page(officer)
    wide.channels["telegram"].asks = True
    shown = page(officer)
    assert "Loa đang hỏi Telegram; lần hỏi tới lúc 08:0" in shown
    assert f"/luot-gui/{row.id}/sent" in shown


def test_of_a_withdrawn_article_nothing_is_sent_again(officer: Client, wide: Office, hoa: User) -> None:
    article = carried(wide, hoa)
    row = doubtful(article, "telegram")
    Article.objects.filter(id=article.id).update(state="withdrawn")
    shown = page(officer)
    assert "Bài này đã bị gỡ sau khi gửi." in shown
    assert "Không gửi lại được: bài đã gỡ." in shown
    assert f"/luot-gui/{row.id}/resend" not in shown
    assert f"/luot-gui/{row.id}/removed" not in shown
    officer.post(f"/console/luot-gui/{row.id}/resend")
    row.refresh_from_db()
    assert row.state == "uncertain"


def test_a_refused_withdrawal_is_one_row_until_it_is_given_up(
    officer: Client, wide: Office, hoa: User
) -> None:
    article = carried(wide, hoa)
    old = Delivery.objects.get(article=article, channel="telegram")
    Article.objects.filter(id=article.id).update(state="withdrawn")
    Delivery.objects.filter(article=article).exclude(id=old.id).update(state="withdrawn")
    refused = Delivery.objects.get(id=old.id)
    refused.id, refused.errand, refused.state, refused.error = None, "withdraw", "failed", "Không xóa được."
    refused.content = {"method": "deleteMessage"}
    refused.save()
    shown = page(officer)
    assert (f"/luot-gui/{refused.id}/resend" in shown, f"/luot-gui/{old.id}/removed" in shown) == (
        True,
        False,
    )
    assert "(lệnh xóa tin đã đăng, không có chữ)" in shown
    officer.post(f"/console/luot-gui/{refused.id}/drop")
    assert f"/luot-gui/{old.id}/removed" in page(officer)
    officer.post(f"/console/luot-gui/{old.id}/removed")
    assert "Không có gì phải trả lời." in page(officer)


def test_one_articles_doubts_alone(officer: Client, wide: Office, hoa: User) -> None:
    first, second = (doubtful(carried(wide, hoa), "telegram") for _ in range(2))
    shown = page(officer, f"?bai={second.article_id}")
    assert (f'id="luot-{first.id}"' in shown, f'id="luot-{second.id}"' in shown) == (False, True)
    for strange in ("x", "²", "9" * 30, ""):
        assert f'id="luot-{first.id}"' in page(officer, f"?bai={strange}")


def test_a_word_needs_a_login_and_this_sessions_token(client: Client, wide: Office, hoa: User) -> None:
    row = doubtful(carried(wide, hoa), "telegram")
    assert client.get("/console/doubt")["Location"].startswith("/console/login?next=")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(hoa)
    assert strict.post(f"/console/luot-gui/{row.id}/resend").status_code == 403
    row.refresh_from_db()
    assert row.state == "uncertain"


def test_the_page_costs_as_many_queries_for_sixty_rows(
    officer: Client, wide: Office, hoa: User, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    article = carried(wide, hoa)
    row = Delivery.objects.get(article=article, channel="telegram")
    for state in ("uncertain", "failed"):
        for number in range(30):
            row.id, row.part, row.errand, row.state = (
                None,
                number + 2,
                "correct" if number % 2 else "post",
                state,
            )
            row.target = state
            row.save()
    page(officer)  # the first page of a session notes when it began
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        shown = page(officer)
    assert shown.count('<li id="luot-') == 60


NEW, EDIT, DELETE = ({"method": name} for name in ("sendMessage", "editMessageText", "deleteMessage"))


def row_of(errand: str, state: str, *contents: dict[str, Any], way: int = 0, sent: bool = False) -> Delivery:
    content, *otherwise = contents
    return Delivery(
        errand=errand, state=state, content=content, otherwise=otherwise, way=way, part=1, parts=1,
        sent_at=NOW if sent else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (row_of("post", "sent", {"text": "x"}), "đã gửi tin"),
        (row_of("post", "queued", {"html": ""}), "đang chờ để đăng tin"),
        (row_of("post", "sending", {"file": "a.txt"}), "đang giao bản tin"),
        (row_of("correct", "sent", {"file": "a.txt", "script": {"kind": "correction"}}),
         "đã giao bản tin đính chính"),
        (row_of("correct", "sent", {"file": "a.txt", "script": {"kind": "news"}}), "đã giao bản tin"),
        (row_of("correct", "sent", {"method": "update"}, {"method": "create"}), "đã sửa tin đã đăng"),
        (row_of("correct", "sent", EDIT, NEW, way=1),
         "không sửa tin đã đăng được nữa: đã gửi tin đính chính"),
        (row_of("correct", "superseded", EDIT), "thôi, không sửa tin đã đăng nữa"),
        (row_of("withdraw", "sent", DELETE), "đã xóa tin"),
        (row_of("withdraw", "failed", {"method": "remove"}), "không xóa tin được"),
        (row_of("withdraw", "queued", DELETE, EDIT, NEW, way=2),
         "không thay tin bằng lời báo gỡ được nữa: đang chờ để gửi tin báo gỡ"),
        (row_of("post", "withdrawn", NEW, sent=True), "đã gửi tin trước khi bài bị gỡ"),
        (row_of("post", "withdrawn", NEW), "thôi, không gửi tin nữa"),
    ],
)  # fmt: skip
def test_what_became_of_a_delivery_in_words(row: Delivery, said: str) -> None:
    assert done(row) == said


def test_every_errand_in_every_state_has_its_words() -> None:
    for errand in Errand.values:
        for content in (NEW, EDIT, DELETE, {"html": ""}, {"file": ""}, {}):
            for state in DeliveryState.values:
                assert done(row_of(errand, state, content)).strip()
            assert plan(row_of(errand, "queued", content, NEW)).count("nếu không được thì") == 1


@pytest.mark.usefixtures("office")
def test_a_channel_shows_what_is_open_there_first_and_else_how_it_ended() -> None:
    revision = make_article().revisions.get()

    def state(*rows: tuple[str, str]) -> str:
        made = [row_of(errand, state, NEW) for errand, state in rows]
        for row in made:
            row.channel, row.revision = "telegram", revision
        (lane,) = lanes(made, {})
        return lane.state

    assert state(("post", "sent")) == "sent"
    assert state(("post", "uncertain"), ("correct", "queued")) == "uncertain"
    assert state(("post", "sent"), ("correct", "queued")) == "queued"
    assert state(("withdraw", "sent"), ("post", "withdrawn")) == "withdrawn"
    assert state(("post", "sent"), ("withdraw", "failed")) == "failed"
