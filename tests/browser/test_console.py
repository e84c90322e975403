"""The console as an officer meets it: by keyboard alone, on a page that stays up to date, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from types import MappingProxyType

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect
from waitress import create_server

from channels.manual import ManualChannel
from pipeline import acts, mending
from pipeline import office as offices
from pipeline.mending import Seen, Wording
from pipeline.models import Appointment, Article, ChannelState, Delivery, Source
from pipeline.office import Office
from pipeline.schedule import ManualSettings
from tests.browser.conftest import CHROMIUM, open_page
from tests.web.conftest import NOW, carried, find, make_article, publish
from web.wsgi import application

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
    pytest.mark.django_db(transaction=True),
]
LOOK = 16_000
"""Milliseconds after which an open page has asked what is new."""
Open = Callable[..., tuple[Page, list[str]]]


@pytest.fixture
def wide(wide: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """People also pin to a board in the hall."""
    board = ManualSettings(id="bang", kind="manual", place="Bảng tin Một cửa", addresses=False)
    schedule = wide.schedule
    schedule = schedule.model_copy(update={"channels": (*schedule.channels, board)})
    by_hand = ManualChannel(board.id, board.place, board.characters)
    made = replace(wide, schedule=schedule, channels=MappingProxyType({**wide.channels, "bang": by_hand}))
    monkeypatch.setattr(offices, "current", lambda: made)
    return made


@pytest.fixture
def hoa(person: Callable[..., User], wide: Office) -> User:
    return person("hoa", "approver")


@pytest.fixture
def served(wide: Office, transactional_db: None) -> Iterator[str]:
    """The address of the whole web, in a thread of this process."""
    server = create_server(application, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join()


@pytest.fixture
def opened(browser: Browser, served: str, hoa: User, client: Client) -> Iterator[Open]:
    """A page of the console, with the approver Hoa signed in, and what the browser complains of."""
    client.force_login(hoa)

    def open_there(path: str = "/console/", width: int = 1440) -> tuple[Page, list[str]]:
        page, complaints = open_page(browser, "about:blank", width)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": f"{served}/console/"}])
        page.clock.install()
        page.goto(served + path)
        return page, complaints

    yield open_there
    for context in browser.contexts:
        context.close()


def clean(title: str) -> Article:
    article = make_article(title, state="review", body="<p>Chính văn.</p>")
    find(article, "no-approval-marker", "Nguồn không ghi bài đã được duyệt hay chưa: cần người duyệt.")
    return article


def flawed(title: str) -> Article:
    article = make_article(title, state="review", body="<p>Chính văn.</p>", text="Về Hà Tây ngay.")
    find(article, "old-office-name", "Có tên cũ ở đoạn “Về Hà Tây ngay.”.", "text", 3, 9)
    return article


def state(article: Article) -> tuple[str, str]:
    article.refresh_from_db()
    return article.state, article.stopped


def title(page: Page, article: Article) -> Locator:
    return page.locator(f"#ten-{article.id}")


def test_a_morning_by_keyboard_alone(opened: Open) -> None:
    returned, read, third, second, first = (
        flawed("Trả"),
        flawed("Đọc"),
        clean("Ba"),
        clean("Hai"),
        clean("Một"),
    )
    page, complaints = opened()
    keys = page.keyboard
    keys.press("j")
    expect(title(page, first)).to_be_focused()
    keys.press("Space")
    expect(page.get_by_role("region", name="Nội dung bài")).to_contain_text("Giấy tờ gồm đơn và sơ đồ.")
    keys.press("Space")
    expect(page.get_by_role("region", name="Nội dung bài")).to_have_count(0)
    keys.press("a")
    expect(page.get_by_role("status").first).to_contain_text("Đã duyệt “Một”.")
    expect(title(page, second)).to_be_focused()
    keys.press("x")
    keys.press("j")
    keys.press("x")
    keys.press("Tab")
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent") == "Duyệt các bài đã chọn":
            break
        keys.press("Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã duyệt 2 bài trong 2 bài đã chọn.")
    keys.press("a")
    expect(page.get_by_role("button", name="Đã đọc, duyệt")).to_be_focused()
    expect(page.locator(".peek mark").first).to_have_text("Hà Tây")
    keys.press("Enter")
    expect(title(page, returned)).to_be_focused()
    keys.press("r")
    keys.type("Che số ạ? jkax")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text("Không có bài nào chờ người xem.")).to_be_visible()
    assert [state(each) for each in (first, second, third, read)] == [("approved", "")] * 4
    assert (state(returned), returned.stopped_because) == (("held", "returned"), "Che số ạ? jkax")
    assert complaints == []


def test_keys_can_be_seen_and_turned_off(opened: Open) -> None:
    first = clean("Một")
    page, _ = opened()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Phím tắt")
    expect(keys).to_be_visible()
    page.keyboard.press("a")
    keys.get_by_label("Tắt các phím tắt").check()
    keys.get_by_role("button", name="Đóng").click()
    page.keyboard.press("j")
    expect(title(page, first)).not_to_be_focused()
    assert Article.objects.get().state == "review"


def test_what_is_new_appears_and_the_place_is_kept(opened: Open) -> None:
    first = clean("Một")
    page, complaints = opened()
    page.keyboard.press("j")
    second = clean("Hai")
    page.clock.fast_forward(LOOK)
    expect(title(page, second)).to_be_visible()
    expect(title(page, first)).to_be_focused()
    expect(page).to_have_title("(2) Việc hôm nay – Loa")
    page.evaluate("document.activeElement.blur()")
    third = clean("Ba")
    page.clock.fast_forward(LOOK)
    expect(title(page, third)).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")
    assert complaints == []


def test_half_typed_words_are_not_taken_away(opened: Open, hoa: User, wide: Office) -> None:
    article, other = flawed("Một"), flawed("Hai")
    page, _ = opened()
    page.locator(f"#bai-{article.id}").get_by_text("Trả lại…").click()
    reason = page.locator(f"#ly-do-{article.id}")
    reason.fill("Thiếu")
    acts.hold(wide, other.id, hoa, "Chờ ý kiến")
    page.clock.fast_forward(LOOK)
    expect(page.get_by_text("Có việc mới.")).to_be_visible()
    expect(reason).to_be_focused()
    reason.press_sequentially(" ảnh")
    expect(reason).to_have_value("Thiếu ảnh")
    page.get_by_role("button", name="Xem ngay").click()
    expect(page.get_by_text("Giữ vì: Chờ ý kiến")).to_be_visible()
    expect(page.get_by_text("Có việc mới.")).to_be_hidden()


def test_who_was_signed_out_is_told_and_keeps_the_page(opened: Open, client: Client) -> None:
    first = clean("Một")
    page, _ = opened()
    client.logout()
    page.clock.fast_forward(LOOK)
    expect(page.get_by_text("Phiên đăng nhập đã hết.")).to_be_visible()
    expect(title(page, first)).to_be_visible()


def test_a_server_that_is_away_is_said_until_it_answers(opened: Open) -> None:
    clean("Một")
    page, _ = opened()
    note = page.get_by_text("Không liên lạc được với Loa")
    page.route("**/console/?tu=*", lambda route: route.abort())
    page.clock.fast_forward(LOOK)
    expect(note).to_be_visible()
    page.unroute("**/console/?tu=*")
    page.clock.fast_forward(LOOK)
    expect(note).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_for_everybody(opened: Open, hoa: User, wide: Office, width: int) -> None:
    waits, clear = flawed("Bài chờ"), clean("Bài không vướng")
    clean("Bài không vướng nữa")
    own = make_article(
        "Bài có lời riêng", state="review", body="<p>Số 0912345678.</p>", text="Số 0912345678."
    )
    said = Wording("Gọi ngay", "", "Gọi 0912345678.")
    mending.word(wide, own.id, hoa, "telegram", said, Seen(own.current_id), "")
    sent = carried(wide, hoa, title="Bài đã gửi")
    publish(make_article("Bài nghi vấn"), sent=None, state="uncertain")
    publish(make_article("Bài lỗi"), sent=None, state="failed")
    goes = publish(make_article("Bài sắp phát"), sent=None, state="queued")
    Article.objects.filter(id=goes.article_id).update(published=goes.revision)
    card = Delivery.objects.get(article=goes.article, channel="bang")
    Source.objects.update(state="trouble", reason="Trang bảo trì.", since=NOW - timedelta(hours=9))
    ChannelState.objects.create(channel="zalo", paused=True, reason="Cần cấp quyền lại.", by="loa", at=NOW)
    Appointment.objects.create(user=hoa, role="administrator")
    page, complaints = opened(width=width)
    paths = ["/console/", "/console/danh-sach/review", "/console/danh-sach/approved",
             "/console/lich", f"/console/lich?doi={goes.id}", "/console/lich/tuan", "/console/tim?tim=bài",
             "/console/kenh", "/console/kenh/zalo", "/console/nguon", "/console/nguon/stp",
             "/console/dang-tay", f"/console/dang-tay/{card.id}", f"/console/bai/{own.id}",
             "/console/doubt", f"/console/bai/{waits.id}", f"/console/bai/{sent.id}",
             f"/console/bai/{waits.id}/xem-truoc/telegram", f"/console/bai/{sent.id}/correct",
             f"/console/bai/{sent.id}/withdraw", "/console/bai/999", "/console/nguoi-dung",
             f"/console/nguoi-dung/{hoa.id}", "/console/nhat-ky", "/console/tai-khoan",
             "/console/tai-khoan/ma-dang-nhap"]  # fmt: skip
    found: dict[str, list[str]] = {}
    for path in paths:
        page.goto(page.url.split("/console/")[0] + path)
        if path == "/console/":
            page.locator(f"#bai-{clear.id}").get_by_role("button", name="Xem nhanh").click()
            page.get_by_role("region", name="Nội dung bài").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        assert [each for each in complaints if "404" not in each] == [], path
        violations = Axe().run(page).response["violations"]
        found[path] = [f"{each['id']}: {each['nodes'][0]['html']}" for each in violations]
        complaints.clear()
    assert {path: each for path, each in found.items() if each} == {}
