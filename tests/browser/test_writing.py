"""Writing in a real browser: what is typed reaches the server by itself, or waits on the machine for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from pipeline.collect.clean import LONGEST
from pipeline.models import Draft
from pipeline.office import Office
from pipeline.write.drafts import begin, save, words_of
from tests.browser.conftest import CHROMIUM, open_page

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
    pytest.mark.django_db(transaction=True),
]
SOON, AGAIN, POLL = 4_000, 11_000, 21_000
"""Milliseconds after which a page has saved, has tried again, has asked who else is there."""
AWAY = "**/luu"
Open = Callable[..., Page]


@pytest.fixture
def lan(person: Callable[..., User], wide: Office) -> User:
    return person("lan", "editor")


@pytest.fixture
def draft(lan: User, wide: Office) -> Draft:
    return begin(wide, lan, "Sở Tư pháp", "tin")


@pytest.fixture
def opened(browser: Browser, served: str, lan: User, client: Client, draft: Draft) -> Iterator[Open]:
    """The draft's page with Lan signed in; again: in the same browser, later."""
    client.force_login(lan)
    first, complaints = open_page(browser, "about:blank", 1440)
    session = client.cookies["sessionid"].value
    first.context.add_cookies([{"name": "sessionid", "value": session, "url": f"{served}/console/"}])

    def open_there(page: Page = first) -> Page:
        page.clock.install()
        page.goto(f"{served}/console/viet/{draft.id}")
        return page

    yield open_there
    # Chromium itself complains of a server that is away, and of a refused save.
    assert [each for each in complaints if "Failed to load resource" not in each] == []
    for context in browser.contexts:
        context.close()


def saved(draft: Draft) -> str:
    draft.refresh_from_db()
    return draft.title


def test_what_is_typed_saves_itself(opened: Open, draft: Draft) -> None:
    page = opened()
    title = page.get_by_label("Tiêu đề")
    title.fill("Nhận hồ sơ sáng thứ Bảy")
    with page.expect_response(AWAY):
        page.clock.run_for(SOON)
    expect(page.locator("[data-saved]")).to_contain_text("Đã lưu lúc")
    assert saved(draft) == "Nhận hồ sơ sáng thứ Bảy"
    title.fill("Nhận hồ sơ cả sáng thứ Bảy")
    with page.expect_response(AWAY):
        page.clock.run_for(SOON)
    expect(page.locator("input[name=version]").first).to_have_value("3")
    assert saved(draft) == "Nhận hồ sơ cả sáng thứ Bảy"
    assert page.evaluate("localStorage.length") == 0


def test_a_form_in_which_nothing_changed_goes_at_once(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Lưu", exact=True).last.click()
    expect(page.get_by_text("Đã lưu.", exact=True)).to_be_visible()


def test_a_closed_lid_loses_nothing(opened: Open, draft: Draft) -> None:
    page = opened()
    page.route(AWAY, lambda route: route.abort())
    page.get_by_label("Tiêu đề").fill("Gõ khi mất mạng")
    page.clock.run_for(SOON)
    expect(page.locator("[data-away]")).to_be_visible()
    assert saved(draft) == ""

    later = opened(page.context.new_page())
    page.close()
    expect(later.locator("[data-offer]")).to_contain_text("Máy này còn giữ chữ gõ lúc")
    later.get_by_role("button", name="Lấy lại").click()
    expect(later.get_by_label("Tiêu đề")).to_have_value("Gõ khi mất mạng")
    with later.expect_response(AWAY):
        later.clock.run_for(SOON)
    expect(later.locator("[data-saved]")).to_contain_text("Đã lưu lúc")
    assert saved(draft) == "Gõ khi mất mạng"


def test_a_form_that_cannot_arrive_stays(opened: Open, draft: Draft) -> None:
    page = opened()
    page.route(AWAY, lambda route: route.abort())
    page.get_by_label("Tiêu đề").fill("Chưa lên được")
    page.get_by_role("button", name="Nộp để duyệt").click()
    expect(page.locator("[data-away]")).to_be_visible()
    expect(page.get_by_label("Tiêu đề")).to_have_value("Chưa lên được")
    page.unroute(AWAY)
    page.get_by_role("button", name="Nộp để duyệt").click()
    expect(page.get_by_role("alert")).to_contain_text("Còn chỗ mẫu chưa điền")
    assert saved(draft) == "Chưa lên được"
    assert page.evaluate("localStorage.length") == 0


def test_the_line_comes_back(opened: Open, draft: Draft) -> None:
    page = opened()
    page.route(AWAY, lambda route: route.abort())
    page.get_by_label("Tiêu đề").fill("Chờ mạng")
    page.clock.run_for(SOON)
    expect(page.locator("[data-away]")).to_be_visible()
    page.unroute(AWAY)
    with page.expect_response(AWAY):
        page.clock.run_for(AGAIN)
    expect(page.locator("[data-away]")).to_be_hidden()
    assert saved(draft) == "Chờ mạng"


def test_a_draft_that_was_dropped_is_said_to_be_gone(opened: Open, draft: Draft) -> None:
    page = opened()
    draft.delete()
    page.get_by_label("Tiêu đề").fill("Chữ của Lan")
    with page.expect_response(AWAY):
        page.clock.run_for(SOON)
    expect(page.get_by_role("alert")).to_contain_text("Bài này đã bị bỏ.")
    expect(page.locator("[data-ended]")).to_be_hidden()
    page.get_by_role("button", name="Nộp để duyệt").click()
    expect(page.get_by_label("Tiêu đề")).to_have_value("Chữ của Lan")


TYPE = """(region, words) => {
  region.textContent = words;
  region.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.mark.parametrize(("much", "said"), [(LONGEST, "[data-trouble]"), (3_000_000, "[data-long]")])
def test_what_is_too_long_stays_on_the_page_and_on_the_machine(
    opened: Open, draft: Draft, much: int, said: str
) -> None:
    page = opened()
    region = page.get_by_role("textbox", name="Nội dung")
    region.evaluate(TYPE, "a" * much + " hết.")
    with page.expect_response(AWAY):
        page.get_by_role("button", name="Nộp để duyệt").click()
    expect(page.locator(said)).to_contain_text("Bài quá dài")
    expect(region).to_contain_text("hết.")
    assert page.evaluate("localStorage.length") == 1
    region.evaluate(TYPE, "Ngắn hơn.")
    with page.expect_response(AWAY):
        page.clock.run_for(SOON)
    expect(page.locator("[data-saved]")).to_contain_text("Đã lưu lúc")
    expect(page.locator(said)).not_to_be_visible()
    draft.refresh_from_db()
    assert draft.body == "<p>Ngắn hơn.</p>"


def test_another_writer_is_seen_and_not_written_over(
    opened: Open, draft: Draft, person: Callable[..., User], served: str
) -> None:
    page = opened()
    minh = person("minh", "editor")
    other = Client()
    other.force_login(minh)
    other.get(f"/console/viet/{draft.id}")
    with page.expect_response("**/ai-dang-mo"):
        page.clock.run_for(POLL)
    expect(page.get_by_text("minh đang mở bài này từ")).to_be_visible()
    theirs = words_of(draft)
    save(draft.id, minh, type(theirs)(title="Của Minh", body=theirs.body), draft.version, "p")
    page.get_by_label("Tiêu đề").fill("Của Lan")
    with page.expect_response(AWAY):
        page.clock.run_for(SOON)
    expect(page.locator("[data-trouble]")).to_contain_text("minh vừa lưu một bản khác của bài này")
    assert saved(draft) == "Của Minh"
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("heading", name="Hai bản cạnh nhau")).to_be_visible()
    expect(page.get_by_label("Tiêu đề")).to_have_value("Của Lan")
    page.get_by_role("button", name="Lưu bản ở dưới").click()
    expect(page.get_by_text("Đã lưu.", exact=True)).to_be_visible()
    assert saved(draft) == "Của Lan"
    assert page.evaluate("localStorage.length") == 0
