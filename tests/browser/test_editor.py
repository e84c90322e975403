"""The region that officers write in, in a real Chromium: tools by keyboard, and what is pasted from Word."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, Route, expect

from pipeline.models import Draft
from pipeline.office import Office
from pipeline.write.drafts import Words, begin, save
from tests.browser.conftest import CHROMIUM, Open
from tests.pipeline.write.files import png, word

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
    pytest.mark.django_db(transaction=True),
]
CLIPBOARD = Path(__file__).parents[1] / "data" / "clipboard"
SAVED = 4_000
"""Milliseconds after which what was typed is on the server."""
PASTE = """(region, [html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  region.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
Write = Callable[..., tuple[Page, Locator, list[str]]]


@pytest.fixture
def draft(wide: Office, hoa: User) -> Draft:
    draft = begin(wide, hoa, "Sở Tư pháp", "tin")
    return save(draft.pk, hoa, Words(title="Nhận hồ sơ", body="<p>Đoạn đầu.</p>"), draft.version, "")


@pytest.fixture
def write(opened: Open, draft: Draft) -> Write:
    def open_it(width: int = 1440) -> tuple[Page, Locator, list[str]]:
        page, complaints = opened(f"/console/viet/{draft.pk}", width)
        return page, page.get_by_role("textbox", name="Nội dung"), complaints

    return open_it


def body(page: Page, draft: Draft) -> str:
    """As the server has it, once it does."""
    page.clock.run_for(SAVED)
    expect(page.locator("[data-saved]")).to_contain_text("Đã lưu lúc")
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('loa-draft'))")
    draft.refresh_from_db()
    return draft.body


def test_words_get_their_looks_by_keyboard_alone(write: Write, draft: Draft) -> None:
    page, region, complaints = write()
    keys = page.keyboard
    region.focus()
    keys.press("Control+End")
    keys.press("Enter")
    keys.press("Alt+F10")
    expect(page.get_by_role("button", name="Đậm", exact=True)).to_be_focused()
    for _ in range(2):
        keys.press("ArrowRight")
    keys.press("Enter")
    keys.type("Giấy tờ")
    expect(page.get_by_role("button", name="Đề mục")).to_have_attribute("aria-pressed", "true")
    keys.press("Enter")
    keys.press("Control+b")
    keys.type("Đơn")
    keys.press("Control+b")
    keys.type(" và ")
    keys.press("Control+k")
    expect(page.get_by_label("Địa chỉ trang")).to_be_focused()
    keys.type("loa.example/to-khai")
    keys.press("Enter")
    assert body(page, draft).split("\n") == [
        "<p>Đoạn đầu.</p>",
        "<h2>Giấy tờ</h2>",
        '<p><strong>Đơn</strong> và <a href="https://loa.example/to-khai">https://loa.example/to-khai</a></p>',
    ]
    assert complaints == []


def test_lists_and_a_link_that_is_taken_off(write: Write, draft: Draft) -> None:
    page, region, complaints = write(390)
    region.focus()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Danh sách số").click()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Liên kết").click()
    page.get_by_label("Địa chỉ trang").fill("https://loa.example/")
    page.get_by_role("button", name="Gắn liên kết").click()
    expect(region.get_by_role("link")).to_have_count(1)
    page.get_by_role("button", name="Liên kết", exact=True).click()
    expect(page.get_by_label("Địa chỉ trang")).to_have_value("https://loa.example/")
    page.get_by_role("button", name="Bỏ liên kết").click()
    assert body(page, draft) == "<ol><li>Đoạn đầu.</li></ol>"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []


DROP = """(region, files) => {
  const data = new DataTransfer();
  for (const [name, bytes] of files) data.items.add(new File([Uint8Array.from(bytes)], name));
  for (const kind of ["dragover", "drop"]) {
    region.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_a_word_file_and_a_picture_are_dropped(write: Write, draft: Draft, width: int) -> None:
    page, region, complaints = write(width)
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    region.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Chưa lưu.")

    def build(document: Any) -> None:
        document.add_paragraph("Giấy tờ", style="List Bullet")
        document.add_picture(io.BytesIO(png("green")))

    files = [["bài.docx", list(word(build))], ["so-do.png", list(png("blue"))]]
    with page.expect_navigation():
        region.evaluate(DROP, files)
    expect(region).to_contain_text("Đoạn đầu. Chưa lưu.")
    expect(page.get_by_text("Máy này còn giữ chữ")).to_be_hidden()
    expect(region.get_by_role("listitem")).to_have_text(["Giấy tờ"])
    expect(region.locator("img")).to_have_js_property("naturalWidth", 30)
    expect(page.locator(".uploads li")).to_have_count(2)
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_navigation():
        region.evaluate(DROP, [["bài.docx", list(b"\xd0\xcf\x11\xe0 old")]])
    expect(page.get_by_text("tệp Word đời cũ")).to_be_visible()
    expect(region).to_contain_text("Chưa lưu.")


@pytest.mark.parametrize("width", [1440, 390])
def test_what_is_pasted_from_word_comes_clean(write: Write, draft: Draft, width: int) -> None:
    page, region, complaints = write(width)
    region.focus()
    page.keyboard.press("Control+a")
    region.evaluate(PASTE, [(CLIPBOARD / "word.html").read_text(), "chữ trơn"])
    expect(region.get_by_role("listitem")).to_have_count(5)
    expect(page.get_by_text("Ảnh không đi theo khi dán")).to_be_visible()
    assert "mso" not in region.inner_html()
    said = body(page, draft)
    assert "<ul><li>Khu 1<ul><li>Ngõ <em>12</em></li></ul></li><li>Khu 2</li></ul>" in said
    assert "<table><tbody><tr><td>Khu</td><td>8 giờ</td></tr></tbody></table>" in said
    assert complaints == []
    assert Axe().run(page).response["violations"] == []


def test_a_paste_joins_its_paragraph_and_comes_plain_where_nobody_answers(write: Write, draft: Draft) -> None:
    page, region, _ = write()
    region.focus()
    page.keyboard.press("Control+End")
    region.evaluate(PASTE, ["<p style='color:red'> Thêm <b>chữ</b></p>", ""])
    expect(region).to_have_text("Đoạn đầu.Thêm chữ")
    region.evaluate(PASTE, ["<p>th«ng b¸o t¹m ngõng cÊp n­íc</p>", "x"])
    expect(page.get_by_text("bảng mã cũ TCVN3")).to_be_visible()
    page.context.set_offline(True)
    region.evaluate(PASTE, ["<p><b>Một</b></p>", "\nMột\n\nHai"])
    expect(page.get_by_text("chỉ dán chữ, không có định dạng")).to_be_visible()
    page.context.set_offline(False)
    assert body(page, draft) == "<p>Đoạn đầu.Thêm <strong>chữ</strong>Một</p>\n<p>Hai</p>"


@pytest.mark.parametrize("way", ["pressed", "dropped"])
def test_a_form_waits_for_what_is_being_pasted(write: Write, draft: Draft, way: str) -> None:
    page, region, _ = write()
    held: list[Route] = []
    page.route("**/dan", lambda route: held.append(route))
    region.focus()
    page.keyboard.press("Control+End")
    with page.expect_request("**/dan"):
        region.evaluate(PASTE, ["<p> Thêm <b>chữ</b></p>", ""])
    if way == "pressed":
        page.get_by_role("button", name="Lưu", exact=True).click()
    else:
        region.evaluate(DROP, [["so-do.png", list(png("blue"))]])
    expect(region).to_have_attribute("aria-busy", "true")
    with page.expect_navigation():
        held[0].continue_()
    expect(region).to_have_text("Đoạn đầu.Thêm chữ")
    draft.refresh_from_db()
    assert draft.body == "<p>Đoạn đầu.Thêm <strong>chữ</strong></p>"
    assert draft.uploads.count() == (way == "dropped")


def test_what_the_machine_kept_comes_back_into_the_region(write: Write, draft: Draft) -> None:
    page, region, _ = write()
    page.route("**/luu", lambda route: route.abort())
    region.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Chưa lưu.")
    page.reload()
    expect(region).to_have_text("Đoạn đầu.")
    page.unroute("**/luu")
    page.get_by_role("button", name="Lấy lại").click()
    expect(region).to_have_text("Đoạn đầu. Chưa lưu.")
    assert body(page, draft) == "<p>Đoạn đầu. Chưa lưu.</p>"
