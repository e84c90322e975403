"""What the tests of Zalo share: a clock, a store for the pair, a checkpoint, templates, sample articles."""

from __future__ import annotations

import contextlib
import html
import json
import re
import threading
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from channels.base import Item, Json, Part, Receipt, RetryLater
from channels.zalo import TokenPair, TokenStore, ZaloOaChannel
from demo.zalo import ZaloStandIn
from pipeline.compose.sandbox import environment, renderer
from tests.channels.items import make_item
from tests.channels.wire import Wire

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COVER = "https://congttdt.phutho.example/static/bia.png"
FEEDS = Path(__file__).parents[2] / "data" / "feeds"

render = renderer(environment(None), None)


class PowerCut(BaseException):
    """The process dies here: nothing may catch it."""


class Store:
    """A TokenStore in memory; `dies_before` cuts the power before that save (counted from 0)."""

    def __init__(self, pair: TokenPair | None, dies_before: int | None = None) -> None:
        self.pair = pair
        self.saved: list[TokenPair] = []
        self._dies_before = dies_before
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        with self._lock:
            yield

    def load(self) -> TokenPair | None:
        return self.pair

    def save(self, pair: TokenPair) -> None:
        if self._dies_before == len(self.saved):
            raise PowerCut
        self.saved.append(pair)
        self.pair = pair


class Saved:
    """A checkpoint in memory; `dies` cuts the power before it is saved."""

    def __init__(self, value: Mapping[str, Json] | None = None, *, dies: bool = False) -> None:
        self.value = value
        self._dies = dies

    def save(self, value: Mapping[str, Json]) -> None:
        if self._dies:
            raise PowerCut
        self.value = dict(value)


def pair(
    access: str = "access-1",
    refresh: str = "refresh-1",
    *,
    left: timedelta = timedelta(hours=20),
    refresh_left: timedelta = timedelta(days=80),
    in_doubt: bool = False,
) -> TokenPair:
    return TokenPair(access, refresh, NOW + left, NOW + refresh_left, in_doubt)


def account(zalo: ZaloStandIn | Wire, pictures: Wire, store: TokenStore | None = None) -> ZaloOaChannel:
    """The channel to the stand-in's Official Account."""
    first = TokenPair("none yet", "loa-demo-refresh", NOW, NOW + timedelta(days=90))
    return ZaloOaChannel(
        id="zalo",
        app_id="4291763606161179100",
        secret="loa-demo-secret",
        tokens=store or Store(first),
        cover=f"{pictures.url}/bìa chung.png",
        api=zalo.url,
        oauth=zalo.url,
        now=lambda: NOW,
        sleep=lambda seconds: None,
    )


def deliver(
    oa: ZaloOaChannel, part: Part, saved: Saved | None = None, standing: Sequence[Receipt] = ()
) -> Receipt:
    """Send as the engine does: again with what was saved, for as long as Zalo is at work on it."""
    saved = saved or Saved()
    for _ in range(3):
        try:
            return oa.send(part, target=oa.target, key="key", checkpoint=saved, standing=standing)
        except RetryLater:
            if not saved.value:
                raise
    raise AssertionError("Zalo never comes to an end")


def post(oa: ZaloOaChannel, item: Item, saved: Saved | None = None) -> Receipt:
    (part,) = oa.compose(item, render)
    return deliver(oa, part, saved)


def granted(access: str = "access-2", refresh: str = "refresh-2") -> dict[str, Any]:
    return {"access_token": access, "refresh_token": refresh, "expires_in": "90000"}


def sample(name: str) -> Item:
    """One of the sample feeds' articles: kh-… of the JSON feed, vp-… of the RSS feed."""
    if name.startswith("kh"):
        entries = json.loads((FEEDS / "skhcn.json").read_text("utf-8"))["items"]
        entry = next(entry for entry in entries if entry["id"].endswith(name))
        body = entry.get("content_html") or html.escape(entry["content_text"])
        return _item(entry["title"], entry["summary"], body, entry["url"])
    for item in ET.parse(FEEDS / "vpubnd.xml").iter("item"):
        if item.findtext("guid", "").endswith(name):
            body = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded", "")
            title, lead = item.findtext("title", ""), item.findtext("description", "")
            return _item(title, lead, body, item.findtext("link", "").strip())
    raise LookupError(name)


def _item(title: str, lead: str, body: str, link: str) -> Item:
    # Collecting makes every text NFC; the channels may rely on it.
    def nfc(text: str) -> str:
        return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()

    return make_item(title=nfc(title), lead=nfc(lead), html=unicodedata.normalize("NFC", body), link=link)
