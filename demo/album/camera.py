"""A Chromium that takes the pictures, and tells what a page overflows with or complains of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FloatRect, StorageState, sync_playwright

from demo.album.pages import Shot

WIDTHS = {"": 1440, "-dt": 390}
"""By what a picture's name ends with: on a desk, on a telephone (điện thoại)."""
TALLEST = {1440: 1500, 390: 2000}
COLOURS = 96
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
    _opened: dict[tuple[str, int], BrowserContext] = field(default_factory=dict)
    _signed_in: dict[str, StorageState] = field(default_factory=dict)

    def take(self, shot: Shot, path: str, width: int) -> bytes:
        """A picture of the whole page, or of its upper part, as WebP; what is amiss goes to `troubles`."""
        page = self._of(shot.who, width).new_page()
        page.on("console", lambda said: self._amiss(shot, width, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._amiss(shot, width, str(error)))
        answer = page.goto(path if path.startswith("http") else self.office + path)
        if answer is None or answer.status != shot.status:
            self._amiss(shot, width, f"{path} answers {answer and answer.status}, not {shot.status}")
        shot.before(page)
        page.wait_for_load_state()
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self._amiss(shot, width, f"{wide} px wide")
        tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[width])
        cut: FloatRect = {"x": 0, "y": 0, "width": width, "height": max(tall, 900)}
        picture = page.screenshot(full_page=True, clip=cut, animations="disabled", caret="hide")
        page.close()
        return small(picture)

    def _of(self, who: str, width: int) -> BrowserContext:
        if (who, width) not in self._opened:
            self._opened[who, width] = self.browser.new_context(
                viewport={"width": width, "height": 900},
                locale="vi-VN",
                storage_state=self._as(who) if who else None,
            )
        return self._opened[who, width]

    def _as(self, who: str) -> StorageState:
        """The session of somebody who signed in with their password."""
        if who not in self._signed_in:
            with self.browser.new_context() as context:
                page = context.new_page()
                page.goto(f"{self.office}/console/login")
                page.locator("[name=username]").fill(who)
                page.locator("[name=password]").fill(self.password)
                page.locator("[name=password]").press("Enter")
                page.wait_for_url(lambda url: not url.endswith("/login"))
                self._signed_in[who] = context.storage_state()
        return self._signed_in[who]

    def _amiss(self, shot: Shot, width: int, what: str) -> None:
        # Chromium complains of every answer that is no success, also of one that is asked for.
        if not (shot.status != 200 and "Failed to load resource" in what):
            self.troubles.append(f"{shot.file} at {width} px: {what}")


@contextmanager
def camera(office: str, password: str) -> Iterator[Camera]:
    """Raises `NoBrowser`."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise NoBrowser
    # Chromium's own sandbox does not start for root.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIRKS, *sandbox])
        yield Camera(browser, office, password)
        browser.close()


def small(picture: bytes) -> bytes:
    """A screenshot in few colours, losslessly packed as WebP."""
    packed = BytesIO()
    with Image.open(BytesIO(picture)) as whole:
        few = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
    few.save(packed, "WEBP", lossless=True, quality=75, method=3)
    return packed.getvalue()


def write(folder: Path, shot: Shot, ending: str, picture: bytes) -> None:
    """Under its name, unless it is there already."""
    path = folder / f"{shot.file}{ending}.webp"
    if not path.exists() or path.read_bytes() != picture:
        path.write_bytes(picture)
