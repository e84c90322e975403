"""The console as an officer meets it: by keyboard alone, on a page that stays up to date."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from pipeline import acts
from pipeline.models import Article
from pipeline.office import Office
from tests.browser.conftest import CHROMIUM, Open
from tests.web.conftest import find, make_article

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
    pytest.mark.django_db(transaction=True),
]
LOOK = 16_000
"""Milliseconds after which an open page has asked what is new."""


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


def test_the_decision_is_a_few_keys_away(opened: Open) -> None:
    page, _ = opened(f"/console/bai/{clean('Một').id}")
    for key in ("Tab", "Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Duyệt", exact=True)).to_be_focused()


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
