"""A Chromium that takes the pictures, and tells what a page overflows with or complains of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FloatRect, sync_playwright

from demo.album.pages import Shot

WIDTHS = {"": 1440, "-dt": 390}
"""By what a picture's name ends with: on a desk, on a telephone (điện thoại)."""
TALLEST = {1440: 1400, 390: 1800}
SCREEN = 900
"""Pixels of height."""
COLOURS = 256
QUIRKS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
          "--disable-sync", "--font-render-hinting=none", "--hide-scrollbars"]  # fmt: skip


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


@dataclass
class Camera:
    """`office` is the address of the web."""

    browser: Browser
    office: str
    password: str
    troubles: list[str] = field(default_factory=list)
    """What is wrong with the pages, a line each."""
    _contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def take(self, shot: Shot, path: str) -> Iterator[bytes]:
        """A picture for each of `WIDTHS`, of the whole page or its upper part; see `small`."""
        page = self._of(shot.who).new_page()
        page.set_viewport_size({"width": next(iter(WIDTHS.values())), "height": SCREEN})
        page.on("console", lambda said: self._amiss(shot, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._amiss(shot, str(error)))
        answer = page.goto(path if path.startswith("http") else self.office + path)
        if answer is None or answer.status != shot.status:
            self._amiss(shot, f"{path} answers {answer and answer.status}, not {shot.status}")
        shot.before(page)
        page.wait_for_load_state()
        for width in WIDTHS.values():
            page.set_viewport_size({"width": width, "height": SCREEN})
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                self._amiss(shot, f"{wide} px wide on a screen of {width}")
            tall = SCREEN if shot.screen else page.evaluate("document.documentElement.scrollHeight")
            height = max(SCREEN, min(tall, TALLEST[width]))
            cut: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
            yield small(page.screenshot(full_page=True, clip=cut, animations="disabled", caret="hide"))
        page.close()

    def _of(self, who: str) -> BrowserContext:
        if who not in self._contexts:
            self._contexts[who] = context = self.browser.new_context(locale="vi-VN")
            if who:
                page = context.new_page()
                page.goto(f"{self.office}/console/login")
                page.locator("[name=username]").fill(who)
                page.locator("[name=password]").fill(self.password)
                page.locator("[name=password]").press("Enter")
                page.wait_for_url(lambda url: not url.endswith("/login"))
                page.close()
        return self._contexts[who]

    def _amiss(self, shot: Shot, what: str) -> None:
        # Chromium complains of every answer that is no success, also of one that is asked for.
        if not (shot.status != 200 and "Failed to load resource" in what):
            self.troubles.append(f"{shot.file}: {what}")


@contextmanager
def camera(office: str, password: str) -> Iterator[Camera]:
    """Raises `NoBrowser`."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise NoBrowser
    # Chromium's own sandbox does not start for root.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        # In Vietnamese also what is the browser's own, such as the button of a file's field.
        spoken: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "vi"}
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIRKS, *sandbox], env=spoken)
        yield Camera(browser, office, password)
        browser.close()


def small(picture: bytes) -> bytes:
    """A screenshot in its most frequent colours, which are those that mean something; lossless WebP."""
    packed = BytesIO()
    with Image.open(BytesIO(picture)) as whole:
        page = whole.convert("RGB")
    counted = page.getcolors(page.width * page.height) or []
    palette = Image.new("P", (1, 1))
    frequent = sorted(counted, reverse=True)[:COLOURS]
    palette.putpalette([part for _, colour in frequent for part in cast(tuple[int, int, int], colour)])
    few = page.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")
    few.save(packed, "WEBP", lossless=True, quality=75, method=3)
    return packed.getvalue()


def write(folder: Path, shot: Shot, ending: str, picture: bytes) -> None:
    """Under its name, unless it is there already."""
    path = folder / f"{shot.file}{ending}.webp"
    if not path.exists() or path.read_bytes() != picture:
        path.write_bytes(picture)
