"""The console shows what waits and why, and lets do only what this person and this state allow."""

from __future__ import annotations

import gzip
import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from pipeline import audit
from pipeline.models import Article, ChannelState, Delivery, OfficeFact, Picture, Source
from pipeline.office import Office
from pipeline.schedule import RouteSettings
from tests.web.conftest import BASE, NOW, add_revision, find, make_article, publish
from web.console.marks import Change, Stretch, changes, lines, marked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Person = Callable[..., User]


def test_nothing_is_shown_or_done_without_a_login(client: Client) -> None:
    article = make_article(state="review")
    for address in ("/console/", f"/console/bai/{article.id}", "/console/danh-sach/review"):
        assert client.get(address)["Location"].startswith("/console/login?next=")
    assert client.post(f"/console/bai/{article.id}/hold")["Location"].startswith("/console/login?next=")


def test_login_and_logout(client: Client, person: Person) -> None:
    user = person("hoa", "editor")
    user.set_password("mat-khau-rat-dai")
    user.save()
    wrong = client.post("/console/login", {"username": "hoa", "password": "khac"})
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in wrong.content.decode()
    right = client.post("/console/login", {"username": "hoa", "password": "mat-khau-rat-dai"})
    assert right["Location"] == "/console/"
    page = client.get("/console/")
    assert (page.status_code, page["Cache-Control"], page["X-Frame-Options"]) == (200, "no-store", "DENY")
    assert client.post("/console/logout")["Location"] == "/console/login"
    assert client.get("/console/").status_code == 302


def test_the_morning_list_names_everything_that_waits(approver: Client) -> None:
    find(make_article("Bài có số điện thoại", state="review"), "personal-data", "Có số điện thoại cá nhân.")
    find(make_article("Thông cáo chờ giờ", state="held"), "embargo", "Cấm phát trước 08:00, 01/12/2026.")
    publish(make_article("Bài xếp hàng"), sent=None, state="queued")
    publish(make_article("Bài chưa rõ"), sent=None, state="uncertain")
    Source.objects.create(
        id="snnmt", state="trouble", reason="Trang bảo trì.", since=NOW - timedelta(hours=9)
    )
    ChannelState.objects.create(channel="zalo", paused=True, reason="Cần cấp quyền lại.", by="loa", at=NOW)
    Delivery.objects.filter(id=publish(make_article("Bài đã gỡ", state="withdrawn")).id).update(
        channel="zalo"
    )

    page = approver.get("/console/").content.decode()

    for words in (
        "Bài có số điện thoại", "Có số điện thoại cá nhân.", "Thông cáo chờ giờ", "Cấm phát trước 08:00",
        "Bài xếp hàng", "<b>Cổng thông tin</b>: ",
        "Trang bảo trì.", "từ hôm qua 23:00", "Cần cấp quyền lại.", "<b>2</b> sự cố",
        '<a href="/console/doubt"><b>3</b> nghi vấn, chờ trả lời</a>',
    ):  # fmt: skip
        assert words in page


def test_a_failure_of_a_withdrawn_article_asks_nothing_of_anybody(approver: Client) -> None:
    publish(make_article("Bài gửi lỗi", state="withdrawn"), sent=None, state="failed")
    assert "<b>0</b> nghi vấn" in approver.get("/console/").content.decode()
    assert "Không có gì phải trả lời." in approver.get("/console/doubt").content.decode()


def test_a_rehearsal_is_marked_on_every_page(client: Client) -> None:
    assert "Diễn tập" not in client.get("/console/login").content.decode()
    OfficeFact.objects.create(name="rehearsal", value=NOW.isoformat())
    assert "Diễn tập" in client.get("/console/login").content.decode()


def test_many_reasons_are_counted_on_a_list_and_whole_on_the_page(approver: Client) -> None:
    article = make_article(state="review")
    for number in range(5):
        find(article, "personal-data", f"Lý do {number}.")
    brief = approver.get("/console/").content.decode()
    assert ("Lý do 2." in brief, "Lý do 3." in brief, "và 2 lý do nữa" in brief) == (True, False, True)
    assert "Lý do 4." in approver.get(f"/console/bai/{article.id}").content.decode()


def test_the_page_says_who_else_must_approve(approver: Client, person: Person) -> None:
    article = make_article(state="review")
    find(article, "sensitive", "Có phê bình.")
    address = f"/console/bai/{article.id}"
    assert "Cần hai người khác nhau duyệt." in approver.get(address).content.decode()
    approver.post(f"{address}/approve", {"revision": str(article.current_id)})
    page = approver.get(address).content.decode()
    assert "Đã có hoa duyệt, cần thêm một người khác." in page
    assert f"{address}/approve" not in page
    approver.force_login(person("minh", "approver"))
    assert f"{address}/approve" in approver.get(address).content.decode()


def test_pictures_are_seen_before_they_are_approved(approver: Client) -> None:
    sha256 = "cd" * 32
    Picture.objects.create(
        sha256=sha256, content_type="image/png", width=1, height=1, size=1, source_url="", fetched_at=NOW
    )
    shown = {"url": "https://x/1", "alt": "Sơ đồ", "problem": "", "sha256": sha256}
    article = make_article(state="review", images=[shown, {**shown, "sha256": None, "problem": "ảnh hỏng"}])
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert page.count(f'<img src="/media/{sha256}.png" alt="">Sơ đồ') == 1
    assert "Sơ đồ – ảnh hỏng" in page


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ({"text": '<b>Tin</b> <a href="https://x">xem</a><script>1</script>', "parse_mode": "HTML"},
         '<b>Tin</b> <a href="https://x">xem</a></div>'),
        ({"text": "<b>thường</b>"}, "&lt;b&gt;thường&lt;/b&gt;"),
        ({"article": {"title": "Bài Zalo", "author": "Sở", "description": "Tóm tắt",
                      "cover": {"photo_url": f"{BASE}/media/x.png"},
                      "body": [{"type": "text", "content": "Đoạn <một>."},
                               {"type": "image", "url": f"{BASE}/media/y.png", "caption": "Ảnh"}]}},
         '<p class="lines">Đoạn &lt;một&gt;.</p><p><img src="/media/y.png" alt="Ảnh"></p>'),
    ],
)  # fmt: skip
def test_what_goes_out_is_shown_as_its_reader_sees_it(
    approver: Client, content: dict[str, object], seen: str
) -> None:
    article = make_article()
    publish(article)
    Delivery.objects.filter(channel="cong").update(content=content)
    assert seen in approver.get(f"/console/bai/{article.id}").content.decode()


def test_an_old_revision_says_that_it_is_old(approver: Client) -> None:
    article = make_article(state="review")
    add_revision(article, "Bản hai")
    assert "Đây là bản cũ." in approver.get(f"/console/bai/{article.id}?ban=1").content.decode()
    assert "Đây là bản cũ." not in approver.get(f"/console/bai/{article.id}").content.decode()


def test_a_finding_is_shown_in_its_place(approver: Client) -> None:
    article = make_article(state="review", text="Gọi số 0900000001 <ngay>.")
    find(article, "personal-data", "Có số điện thoại cá nhân.", "text", 7, 17)
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert '<mark title="Có số điện thoại cá nhân.">0900000001</mark> &lt;ngay&gt;.' in page


def test_a_new_revision_shows_what_it_changed(approver: Client) -> None:
    article = make_article(state="review", text="Họp lúc 7h30.\nTại hội trường.")
    add_revision(article, "Nộp hồ sơ đất đai trực tuyến", text="Họp lúc 8h00.\nTại hội trường.")
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert "<p>Họp lúc<del> 7h30</del><ins> 8h00</ins>.</p>" in page


def test_what_was_frozen_and_what_was_done_is_shown(approver: Client) -> None:
    article = make_article()
    publish(article)
    with transaction.atomic():
        audit.record(audit.Act("hoa", "approve", f"article:{article.id}", note="đã đọc"))
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert "<p>Nội dung đầy đủ.</p>" in page
    assert "<b>hoa</b> duyệt: đã đọc" in page


@pytest.mark.parametrize(
    ("role", "state", "shown"),
    [
        ("approver", "review", {"approve", "return", "hold", "withdraw"}),
        ("editor", "review", {"return", "hold"}),
        ("operator", "review", set()),
        ("approver", "held", {"approve", "return", "withdraw"}),
        ("approver", "approved", {"return", "hold", "withdraw"}),
        ("approver", "withdrawn", set()),
        ("approver", "skipped", set()),
    ],
)
def test_only_what_may_be_done_has_a_button(
    client: Client, person: Person, role: str, state: str, shown: set[str]
) -> None:
    client.force_login(person("x", role))
    article = make_article(state=state)
    page = client.get(f"/console/bai/{article.id}").content.decode()
    acts = {act for act in ("approve", "return", "hold", "withdraw") if f"/{article.id}/{act}" in page}
    assert acts == shown


def test_what_the_source_has_not_approved_has_no_approve_button(approver: Client) -> None:
    article = make_article(state="held")
    find(article, "not-approved", "Cơ quan nguồn chưa duyệt.")
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert "/approve" not in page
    assert "Chưa duyệt được: cơ quan cung cấp chưa duyệt bài này." in page


def test_what_a_channel_would_carry_is_shown_before_approval(approver: Client) -> None:
    article = make_article(state="review", body="<p>Chính văn.</p>")
    assert (
        f"/console/bai/{article.id}/xem-truoc/cong"
        in approver.get(f"/console/bai/{article.id}").content.decode()
    )
    page = approver.get(f"/console/bai/{article.id}/xem-truoc/cong").content.decode()
    assert "<p>Chính văn.</p>" in page
    assert not Delivery.objects.exists()
    assert approver.get(f"/console/bai/{article.id}/xem-truoc/khac").status_code == 404


def test_hold_needs_a_reason_and_a_right(approver: Client, person: Person) -> None:
    article = make_article(state="review")
    address = f"/console/bai/{article.id}/hold"
    assert "Cần ghi lý do." in approver.post(address, {"reason": " "}, follow=True).content.decode()
    done = approver.post(address, {"reason": "Chờ ý kiến Sở"}, follow=True).content.decode()
    article.refresh_from_db()
    assert (article.state, article.stopped_because) == ("held", "Chờ ý kiến Sở")
    assert "Chờ ý kiến Sở" in done

    approver.force_login(person("may", "operator"))
    refused = approver.post(address, {"reason": "x"}, follow=True).content.decode()
    assert "không có quyền" in refused


def test_return_and_withdraw(approver: Client) -> None:
    article = make_article(state="review")
    approver.post(f"/console/bai/{article.id}/return", {"reason": "Sửa số liệu"})
    article.refresh_from_db()
    assert (article.state, article.stopped) == ("held", "returned")
    row = publish(article)
    form = {"reason": "Sai", "revision": str(article.current_id), "confirmed": "on"}
    approver.post(f"/console/bai/{article.id}/withdraw", form)
    assert approver.get(row.content["path"]).status_code == 410


def test_approval_is_of_what_was_read(
    approver: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed = office.schedule.model_copy(update={"routes": (RouteSettings(channels=("cong", "bao-chi")),)})
    monkeypatch.setattr("pipeline.office.current", lambda: replace(office, schedule=routed))
    article = make_article(state="review", body="<p>Chính văn.</p>")
    read = article.current_id
    add_revision(article, "Bản mới", body="<p>Chính văn mới.</p>")
    address = f"/console/bai/{article.id}/approve"

    late = approver.post(address, {"revision": str(read)}, follow=True).content.decode()
    assert "Bài vừa có bản mới." in late
    assert Article.objects.get(id=article.id).state == "review"

    done = approver.post(address, {"revision": str(article.current_id)}, follow=True).content.decode()
    assert "Đã duyệt. Kênh sẽ nhận: Báo chí, Cổng thông tin." in done
    assert Article.objects.get(id=article.id).state == "approved"


def test_acts_are_posted_with_a_token_and_known_by_name(person: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("hoa", "approver"))
    article = make_article(state="review")
    stale = client.post(f"/console/bai/{article.id}/hold", {"reason": "x"})
    assert (stale.status_code, "chưa làm gì cả" in stale.content.decode()) == (403, True)
    assert client.get(f"/console/bai/{article.id}/hold").status_code == 405
    client = Client()
    client.force_login(User.objects.get(username="hoa"))
    assert client.post(f"/console/bai/{article.id}/explode").status_code == 404
    assert client.get("/console/danh-sach/explode").status_code == 404
    missing = client.get("/console/bai/999")
    assert (missing.status_code, "Việc hôm nay" in missing.content.decode()) == (404, True)


def test_behind_a_proxy_that_ends_tls(person: Person) -> None:
    user = person("hoa", "editor")
    user.set_password("mat-khau-rat-dai")
    user.save()
    host = BASE.removeprefix("https://")
    client = Client(enforce_csrf_checks=True, headers={"host": host, "origin": BASE})
    client.get("/console/login")
    form = {"username": "hoa", "password": "mat-khau-rat-dai",
            "csrfmiddlewaretoken": client.cookies["csrftoken"].value}  # fmt: skip
    assert client.post("/console/login", form).status_code == 302
    for cookie in client.cookies.values():
        assert (cookie["secure"], cookie["path"]) == (True, "/console/")
    other = client.post("/console/login", form, headers={"origin": "https://other.example"})
    assert other.status_code == 403
    plain = Client()
    plain.get("/console/login")
    assert not plain.cookies["csrftoken"]["secure"]


def test_the_console_speaks_english_to_who_asks(approver: Client) -> None:
    assert "Việc hôm nay" in approver.get("/console/", headers={"accept-language": "en"}).content.decode()
    approver.post("/console/language", {"language": "en", "next": "/console/"})
    page = approver.get("/console/").content.decode()
    assert "Today's work" in page
    assert '<html lang="en">' in page
    assert "Tin mới nhất" in approver.get("/").content.decode()


def test_the_console_is_packed_for_slow_lines_and_never_to_the_same_length(approver: Client) -> None:
    plain = approver.get("/console/")
    packed = [approver.get("/console/", headers={"accept-encoding": "gzip"}) for _ in range(10)]
    assert {answer["Content-Encoding"] for answer in packed} == {"gzip"}
    assert b"<main" in gzip.decompress(packed[0].content)
    assert len(packed[0].content) < len(plain.content) / 2
    assert len({len(answer.content) for answer in packed}) > 1
    assert not plain.has_header("Content-Encoding")


def test_lists_have_pages(approver: Client) -> None:
    for number in range(51):
        make_article(f"Bài {number:02}", state="skipped")
    first, second = (
        approver.get(f"/console/danh-sach/skipped?trang={n}").content.decode() for n in ("1", "2")
    )
    assert "Bài 50" in first
    assert "Bài 00" not in first
    assert "Bài 00" in second


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.text(max_size=3))))
def test_marking_loses_no_letter(text: str, found: list[tuple[int, int, str]]) -> None:
    pieces = marked(text, found)
    assert "".join(piece.text for piece in pieces) == text
    position = 0
    for piece in pieces:
        here = range(position, position + len(piece.text))
        for start, end, message in found:
            if start < end and all(start <= place < end for place in here):
                assert message in piece.messages
        position += len(piece.text)


@given(
    st.text("ab\n", max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.just("!")))
)
def test_lines_mark_the_same_letters(text: str, found: list[tuple[int, int, str]]) -> None:
    def letters(pieces: Iterable[Stretch]) -> list[tuple[str, bool]]:
        return [(c, bool(piece.messages)) for piece in pieces for c in piece.text if c != "\n"]

    assert letters(itertools.chain(*lines(text, found))) == letters(marked(text, found))


@given(
    st.lists(st.sampled_from(["a", "b c", "b d", "e f g h", ""]), max_size=8),
    st.lists(st.sampled_from(["a", "b c", "b d", "e f x h", " "]), max_size=8),
)
def test_changes_lead_from_the_old_text_to_the_new(old: list[str], new: list[str]) -> None:
    found = changes("\n".join(old), "\n".join(new))
    pieces = [piece for place in found for piece in place]
    gone = Counter("".join(piece.text for piece in pieces if piece.kind != "added").replace("\n", ""))
    come = Counter("".join(piece.text for piece in pieces if piece.kind != "removed").replace("\n", ""))
    assert Counter("".join(old)) - gone == Counter("".join(new)) - come
    assert all(piece.text for piece in pieces)


def test_a_reworded_line_shows_its_words_and_another_line_stands_whole() -> None:
    (place,) = changes("Họp lúc 7h30 tại hội trường", "Họp lúc 8h00 tại hội trường")
    assert place == (
        Change("same", "Họp lúc"),
        Change("removed", " 7h30"),
        Change("added", " 8h00"),
        Change("same", " tại hội trường"),
    )
    assert changes("một hai ba", "bốn năm sáu") == (
        (Change("removed", "một hai ba"), Change("added", "bốn năm sáu")),
    )
    assert changes("như nhau", "như nhau") == ()
