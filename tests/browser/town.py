"""The whole office at work, the services around it, and what the readers of each channel have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import requests

from channels.zalo import ZaloOaChannel
from demo.telegram import TelegramStandIn
from demo.zalo import ZaloStandIn
from pipeline.collect.fetch import Fetcher
from pipeline.collect.sandbox import Sandbox
from pipeline.collect.stage import Tools
from pipeline.deliver.presence import presence
from pipeline.office import BusinessTime, Office, open_office
from pipeline.review.checks.near import similarity
from pipeline.schedule.reading import read
from pipeline.service import Courier, Service, Timekeeper, Web
from tests.crash.town import NOW, OFFICE, SECRETS
from tests.demo.playing import office_port

PATIENCE = 30.0  # seconds


@dataclass(frozen=True)
class Town:
    """One office and its addresses; its feed shows one article, so that all that is said is about it."""

    office: Office
    address: str
    telegram: str
    zalo: str
    radio: Path

    def readers_have(self) -> dict[str, str]:
        """What each channel shows now; the portal's begins with the status of the article's page."""
        zalo = _shown(self.zalo)
        entries = feedparser.parse(_get(f"{self.address}/press/rss.xml").content).entries
        scripts = [file.read_text("utf-8") for file in sorted(self.radio.rglob("*.txt"))]
        return {
            "cong": self._page(entries),
            "telegram": _told(message["html"] for message in _shown(self.telegram)),
            "zalo": _told(f"{one['title']}\n{one['body']}" for one in zalo if "title" in one),
            "nhom": _told(one["text"] for one in zalo if "text" in one),
            "loa": _told(scripts),
            "bao-chi": _told(map(_entry, entries)),
        }

    def _page(self, entries: list[Any]) -> str:
        """Newsrooms are given the address of the article's page."""
        if not entries:
            return ""
        page = _get(entries[0].link)
        return f"{page.status_code}\n{page.text}"


def _entry(entry: Any) -> str:
    texts = [content.value for content in entry.get("content", ())]
    terms = [tag.term for tag in entry.tags]
    return "\n".join([entry.id, entry.title, entry.summary, *texts, *terms])


def _shown(service: str) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = _get(f"{service}/_truth").json()["shown"]
    return shown


def _get(address: str) -> requests.Response:
    return requests.get(address, timeout=PATIENCE)


def _told(texts: Iterable[str]) -> str:
    return "\n\n".join(texts)


@contextmanager
def at_work(folder: Path, feed: str) -> Iterator[Town]:
    """What `loa run` does, in threads of this process: its feed is a file, its services are on loopback."""
    port = office_port()
    address = f"http://127.0.0.1:{port}"
    with (
        TelegramStandIn(chats=["@phutho"], limits=False) as telegram,
        ZaloStandIn(polls=0, settle=0.0) as zalo,
        Fetcher() as fetcher,
        Sandbox() as sandbox,
        presence(folder / "workers") as owner,
        ExitStack() as opened,
    ):
        (folder / "rss.xml").write_text(feed)
        schedule = folder / "schedule.yaml"
        schedule.write_text(OFFICE.format(page=address, telegram=telegram.url, zalo=zalo.url))
        environ = SECRETS | {"TOKEN": "123456:loa-demo"}
        clock = BusinessTime.beginning(datetime.fromisoformat(NOW))
        office = open_office(read(schedule, environ).schedule, folder / "var", clock, environ)
        opened.callback(office.close)
        articles = office.channels["zalo"]
        assert isinstance(articles, ZaloOaChannel)
        articles.tokens.authorize(code="loa-demo-code", verifier="x")
        tools = Tools(fetcher, sandbox, office.pictures, similarity)
        service = Service(Timekeeper(office, tools), Courier(office, owner), Web("127.0.0.1", port))
        service.start()
        opened.callback(service.stop)
        yield Town(office, address, telegram.url, zalo.url, folder / "radio")
