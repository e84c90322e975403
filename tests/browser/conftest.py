"""Real pages in a real Chromium: the demo's, and those of a small office in this process."""

from __future__ import annotations

import os
import shutil
from base64 import b32decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from playwright.sync_api import Browser, Page, expect, sync_playwright
from waitress import create_server

from pipeline.office import Office
from tests.web.conftest import office, person, wide  # noqa: F401 - fixtures
from web.wsgi import application

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# On a machine that is busy with something else a page may take longer than Playwright's five seconds.
expect.set_options(timeout=20_000)
Open = Callable[..., tuple[Page, list[str]]]
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    # Chromium's own sandbox does not start for root.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, where Django then expects no database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *sandbox])
        yield opened
        opened.close()


@contextmanager
def windows(browser: Browser) -> Iterator[Browser]:
    """Whatever is opened in it is closed, also where a test fails: an open page would hold its server up."""
    try:
        yield browser
    finally:
        for context in browser.contexts:
            context.close()


def phone_shows(key: str, ahead: int = 0) -> str:
    """The code of a phone with this key (in base 32), or the one that it shows so many half minutes later."""
    return f"{totp(b32decode(key), drift=ahead):06}"


@pytest.fixture
def served(wide: Office, transactional_db: None) -> Iterator[str]:  # noqa: F811 - a fixture's name
    """The address of the whole web, in a thread of this process."""
    server = create_server(application, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join()


def open_page(browser: Browser, url: str, width: int, *, script: bool = True) -> tuple[Page, list[str]]:
    """The page, and everything that the browser complains of from now on."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    return page, complaints


@pytest.fixture
def hoa(person: Callable[..., User], wide: Office) -> User:  # noqa: F811 - fixtures
    return person("hoa", "approver")


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

    with windows(browser):
        yield open_there
