"""The morning page: in the order of work, up to date, with one yes for several articles."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from pipeline import acts
from pipeline import office as offices
from pipeline.models import Article, ChannelState, Delivery, Source
from pipeline.office import Office
from tests.web.conftest import NOW, ZONE, add_revision, find, make_article, publish
from web.console.marks import quoting
from web.console.stamp import stamp
from web.jinja import sentence, weekday, when

Person = Callable[..., User]
UNMARKED = ("no-approval-marker", "Nguồn không ghi bài đã được duyệt hay chưa: cần người duyệt.")


@pytest.fixture
def approver(client: Client, person: Person, wide: Office) -> Client:
    client.force_login(person("hoa", "approver"))
    return client


def clean(title: str) -> Article:
    """An article that only waits for a yes."""
    article = make_article(title, state="review", body="<p>Chính văn.</p>")
    find(article, *UNMARKED)
    return article


def key(article: Article) -> str:
    return f"{article.id}:{article.current_id}"


def read(client: Client, address: str = "/console/") -> str:
    return client.get(address).content.decode()


def said(page: str) -> list[str]:
    return re.findall(r'<p class="note (?:success|error|warning)">(.*?)</p>', page)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW.replace(hour=7, minute=30), "hôm nay 07:30"),
        (datetime(2026, 11, 24, 5, 0, tzinfo=ZONE), "mai 05:00"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=ZONE), "hôm qua 23:59"),
        (datetime(2026, 11, 25, 7, 30, tzinfo=ZONE), "thứ Tư 25/11 07:30"),
        (datetime(2026, 11, 29, 7, 30, tzinfo=ZONE), "Chủ nhật 29/11 07:30"),
        (datetime(2026, 11, 17, 7, 30, tzinfo=ZONE), "thứ Ba 17/11 07:30"),
        (datetime(2026, 11, 30, 7, 30, tzinfo=ZONE), "07:30, 30/11/2026"),
        ("2026-11-22T17:30:00+00:00", "hôm nay 00:30"),
    ],
)
@pytest.mark.usefixtures("office")
def test_times_are_told_as_people_say_them(moment: datetime | str, words: str) -> None:
    assert when(moment) == words


@pytest.mark.usefixtures("office")
def test_a_day_of_the_week_begins_a_sentence_with_a_capital() -> None:
    assert (sentence(weekday(NOW)), sentence("")) == ("Thứ Hai", "")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_quoting_loses_no_letter_and_sets_the_hit_apart(before: str, hit: str, after: str) -> None:
    message = f"Có số ở đoạn “…{before}{' '.join(hit.split())}{after}…”: che đi."
    pieces = quoting(message, hit)
    assert "".join(piece.text for piece in pieces) == message
    apart = [piece.text for piece in pieces if piece.messages]
    assert apart == ([" ".join(hit.split())] if hit.split() else [])


@pytest.mark.django_db
def test_what_is_held_says_why_with_the_place_set_apart(approver: Client) -> None:
    article = make_article("Trả lời công dân", state="review", text="Ông N.V.A., số căn cước 099099000001.")
    message = "Có số căn cước ở đoạn “…số căn cước 099099000001.”: che đi."
    find(article, "personal-data", message, "text", 24, 36)
    assert "Có số căn cước ở đoạn “…số căn cước <mark>099099000001</mark>.”: che đi." in read(approver)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "code", "fields", "buttons"),
    [
        ("approver", "no-approval-marker", {}, {"mot", "chon", "return"}),
        ("approver", "thin", {}, {"read", "return"}),
        ("approver", "personal-data", {}, {"open", "return"}),
        ("approver", "missing-date", {}, {"open", "return"}),
        ("approver", "reworded", {}, {"open", "return"}),
        ("approver", "no-approval-marker", {"priority": "khan-cap"}, {"open", "return"}),
        ("approver", "not-approved", {}, {"return"}),
        ("editor", "no-approval-marker", {}, {"return"}),
        ("operator", "no-approval-marker", {}, set()),
    ],
)
@pytest.mark.usefixtures("wide")
def test_only_what_may_be_done_can_be_pressed(
    client: Client, person: Person, role: str, code: str, fields: dict[str, str], buttons: set[str]
) -> None:
    client.force_login(person("x", role))
    find(make_article(state="review", **fields), code, "Lý do.")
    page = read(client)
    there = {
        "mot": 'name="mot"' in page,
        "chon": 'name="chon"' in page,
        "read": "data-read" in page,
        "open": "data-approve" in page and "data-read" not in page and 'name="mot"' not in page,
        "return": "data-return" in page,
    }
    assert {name for name, shown in there.items() if shown} == buttons


@pytest.mark.django_db
def test_the_button_says_what_comes_after_it(approver: Client, person: Person) -> None:
    article = make_article(state="review", text="Gọi số 0900000001.")
    find(article, "thin", "Nội dung quá ngắn.")
    assert ">Xem để duyệt<" in read(approver)
    find(article, "personal-data", "Có số điện thoại.", "text", 7, 17)
    assert ">Mở bài, che dữ liệu cá nhân<" in read(approver)
    assert article.current
    article.current.acceptances.create(words="0900000001", user=person("minh"), at=NOW, digest="0")
    page = read(approver)
    assert (">Xem để duyệt<" in page, "Có số điện thoại." in page) == (True, False), "it was answered for"
    add_revision(article, "Bài đã che")
    find(article, "reworded", "hoa đã sửa.")
    assert ">Mở bài, đọc lại bản đã sửa<" in read(approver)


@pytest.mark.django_db
def test_what_was_approved_is_listed_without_what_was_answered(approver: Client) -> None:
    find(make_article(), "broken-media", "Ảnh thứ 1 không dùng được.")
    assert "Ảnh thứ 1" not in approver.get("/console/danh-sach/approved").content.decode()


@pytest.mark.django_db
def test_what_corrects_a_published_wording_is_decided_on_its_own_page(approver: Client) -> None:
    article = clean("Bài đã đăng")
    article.published = article.current
    add_revision(article, "Bản sửa")
    page = read(approver)
    assert ('name="mot"' in page, 'name="chon"' in page) == (False, False)
    assert ">Mở bài, xem đính chính<" in page


@pytest.mark.django_db
def test_several_are_approved_at_once_each_as_it_was_shown(approver: Client) -> None:
    first, second, changed, flawed = (clean(name) for name in ("Một", "Hai", "Ba", "Bốn"))
    find(flawed, "thin", "Bài rất ngắn.")
    chosen = [key(article) for article in (first, second, changed, flawed)]
    add_revision(changed, "Ba, bản mới")
    page = approver.post("/console/duyet", {"chon": [*chosen, "0:0", "x"]}, follow=True).content.decode()
    states = dict(Article.objects.values_list("id", "state"))
    assert [states[a.id] for a in (first, second, changed, flawed)] == [
        "approved",
        "approved",
        "review",
        "review",
    ]
    channels = "Báo chí, Cổng thông tin, Telegram, Truyền thanh, Zalo Bot"
    assert said(page) == [
        f"Đã duyệt “Một”. Kênh sẽ nhận: {channels}.",
        f"Đã duyệt “Hai”. Kênh sẽ nhận: {channels}.",
        "Chưa duyệt “Ba, bản mới”. Bài vừa có bản mới. Hãy đọc bản mới rồi quyết định lại.",
        "Chưa duyệt “Bốn”. Bài có chỗ phải đọc: hãy xem rồi duyệt riêng.",
        "Không có bài này.",
        "Không có bài này.",
        "Đã duyệt 2 bài trong 6 bài đã chọn.",
    ]


@pytest.mark.django_db
def test_one_that_was_read_is_approved_with_its_findings(approver: Client, person: Person) -> None:
    article = make_article("Bài phê bình", state="review", body="<p>Chính văn.</p>")
    find(article, "sensitive", "Có phê bình.")
    other = clean("Bài khác")
    form = {"mot": key(article), "chon": [key(other)]}
    page = approver.post("/console/duyet", form, follow=True).content.decode()
    assert said(page) == ["Đã ghi ý kiến duyệt “Bài phê bình”. Bài này cần thêm một người nữa duyệt."]
    assert "Anh chị đã duyệt. Chờ thêm một người khác duyệt." in page
    approver.force_login(person("minh", "approver"))
    assert "Đã có hoa duyệt, cần thêm một người khác." in read(approver)
    approver.post("/console/duyet", form)
    assert Article.objects.get(id=article.id).state == "approved"
    assert Article.objects.get(id=other.id).state == "review"


@pytest.mark.django_db
def test_who_may_not_approve_is_refused(client: Client, person: Person, wide: Office) -> None:
    article = clean("Một")
    client.force_login(person("lan", "editor"))
    assert client.post("/console/duyet", {"mot": key(article)}).status_code == 403
    client.force_login(person("hoa", "approver", agency="Sở Xây dựng"))
    page = client.post("/console/duyet", {"mot": key(article)}, follow=True).content.decode()
    assert said(page) == ["Không có bài này."]
    assert said(client.post("/console/duyet", follow=True).content.decode()) == ["Chưa chọn bài nào."]
    assert Article.objects.get(id=article.id).state == "review"


@pytest.mark.django_db
def test_nobody_is_offered_a_yes_to_what_they_wrote(approver: Client) -> None:
    article = clean("Một")
    article.revisions.update(worded_by="hoa")
    assert "data-approve" not in read(approver)


@pytest.mark.django_db
def test_an_article_is_returned_from_the_list_as_it_was_shown(approver: Client) -> None:
    article = clean("Một")
    shown, address = str(article.current_id), f"/console/bai/{article.id}/tra-lai"
    none = approver.post(address, {"revision": shown, "reason": " "}, follow=True).content.decode()
    assert said(none) == ["Cần ghi lý do."]
    add_revision(article, "Bản mới")
    late = approver.post(address, {"revision": shown, "reason": "Thiếu ảnh"}, follow=True).content.decode()
    assert "Bài vừa có bản mới." in said(late)[0]
    article.refresh_from_db()
    approver.post(address, {"revision": str(article.current_id), "reason": "Thiếu ảnh"})
    article.refresh_from_db()
    assert (article.stopped, article.stopped_because) == ("returned", "Thiếu ảnh")


@pytest.mark.django_db
def test_a_look_into_an_article_shows_its_words_and_where_it_would_go_when(approver: Client) -> None:
    article = make_article("Một", state="review", text="Về Hà Tây ngay.")
    find(article, "old-office-name", "Có tên cũ ở đoạn “Về Hà Tây ngay.”.", "text", 3, 9)
    page = read(approver, f"/console/bai/{article.id}/xem-nhanh")
    assert "<p>Về <mark>Hà Tây</mark> ngay.</p>" in page
    assert 'Telegram <span class="meta">ngay</span>' in page
    assert "Đã đọc, duyệt" in page
    assert approver.get("/console/bai/999/xem-nhanh").status_code == 404


def _new_article() -> None:
    make_article("Mới", state="review")


def _sent() -> None:
    Delivery.objects.filter(channel="cong").update(state="sent", sent_at=NOW)


def _silent() -> None:
    Source.objects.update(state="trouble", since=NOW)


def _paused() -> None:
    ChannelState.objects.create(channel="zalo", paused=True, at=NOW)


def _held() -> None:
    acts.hold(
        offices.current(), Article.objects.get(state="review").id, User.objects.get(username="hoa"), "Chờ"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("happens", [_new_article, _sent, _silent, _paused, _held])
def test_an_open_page_asks_for_little_and_gets_what_is_new(
    approver: Client, happens: Callable[[], None]
) -> None:
    clean("Một")
    publish(make_article("Hai"), sent=None, state="queued")
    page = read(approver)
    shown = stamp()
    assert f'hx-get="/console/?tu={shown}"' in page
    with CaptureQueriesContext(connection) as asked:
        same = approver.get(f"/console/?tu={shown}")
    assert (same.status_code, same.content, len(asked) <= 10) == (204, b"", True)
    happens()
    new = approver.get(f"/console/?tu={shown}")
    assert (new.status_code, "<html" in new.content.decode()) == (200, False)
    assert f'data-stamp="{stamp()}"' in new.content.decode()
    assert stamp() != shown


@pytest.mark.django_db
def test_the_page_costs_as_many_queries_for_one_article_as_for_thirty(approver: Client, wide: Office) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(approver)
        return len(asked)

    def more() -> None:
        find(make_article(state="review"), "thin", "Bài rất ngắn.")
        make_article(state="held")
        publish(make_article(), sent=None, state="queued")
        publish(make_article(), sent=None, state="uncertain")

    more()
    read(approver)
    for_one = cost()
    for _ in range(29):
        more()
    assert cost() == for_one


@pytest.mark.django_db
def test_scripts_are_our_own_and_none_stands_in_a_page(approver: Client) -> None:
    find(make_article(state="review"), "thin", "Ngắn.")
    answer = approver.get("/console/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "script-src" not in approver.get("/")["Content-Security-Policy"]
    page = answer.content.decode()
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == ["", ""]
    assert re.search(r"\sstyle=|\son[a-z]+=|<style", page) is None
    for script in re.findall(r'<script src="([^"]+)"', page):
        assert approver.get(script)["Content-Type"] == "text/javascript"
