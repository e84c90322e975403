"""The page of the day in a real browser, on a desk and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import CHROMIUM, open_page
from tests.demo.playing import Playing, playing, until

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    with playing(tmp_path_factory.mktemp("demo") / "folder") as played:
        until(lambda: "Chưa có gì." not in played.read(), "something on every channel")
        yield played


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_overflows_and_nothing_complains(demo: Playing, browser: Browser, width: int) -> None:
    page, complaints = open_page(browser, demo.page, width)
    page.get_by_role("heading", name="Kênh Telegram").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    names = ["Cổng thông tin điện tử", "Kênh Telegram", "Bài trên Zalo OA", "Nhóm Zalo",
             "Bản tin truyền thanh", "Nguồn tin cho báo chí"]  # fmt: skip
    for name in names:
        assert page.get_by_role("region", name=name).is_visible()
    portal = page.frame_locator("iframe[title='Trang chủ của cổng']")
    portal.get_by_role("heading", name="Tin mới nhất").wait_for()
    broken = page.evaluate(
        "[...document.images].filter((image) => image.complete && !image.naturalWidth).map((i) => i.src)"
    )
    assert (broken, complaints) == ([], [])
    page.context.close()


def test_an_article_is_chosen_and_left_without_a_reload(demo: Playing, browser: Browser) -> None:
    page, complaints = open_page(browser, demo.page, 1440)
    page.evaluate("window.kept = true")
    page.locator("#nhom-approved .items a[data-here]", has_text="Quý III/2026").first.click()
    page.get_by_role("link", name="Xem cả ngày").wait_for()
    assert "bai=" in page.url
    portal = page.frame_locator("iframe[title='Bài trên cổng']")
    portal.get_by_role("heading", name="Quý III/2026").first.wait_for()
    assert page.locator(".radio .sheet").count() == 1
    page.go_back()
    page.get_by_text("Cả ngày, trên mọi kênh").wait_for()
    assert page.evaluate("window.kept") is True
    assert complaints == []
    page.context.close()


def test_the_clock_runs(demo: Playing, browser: Browser) -> None:
    page, _ = open_page(browser, demo.page, 1440)
    before = page.locator("#gio").text_content()
    page.wait_for_function("(before) => document.getElementById('gio').textContent !== before", arg=before)
    assert str(page.locator("#gio").text_content()).startswith(("07:5", "08:0"))
    page.context.close()


def test_without_scripts_everything_is_there(demo: Playing, browser: Browser) -> None:
    page, _ = open_page(browser, demo.page, 1440, script=False)
    page.locator("#nhom-held .items a").first.click()
    assert page.get_by_role("link", name="Xem cả ngày").is_visible()
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.context.close()
