"""Items for the tests of channels."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from channels.base import Item, Priority
from channels.document import read

FEEDS = Path(__file__).resolve().parents[2] / "demo" / "feeds"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

_HTML = (
    "<p>Sáng 20/11, Trung tâm Phục vụ hành chính công TP. Việt Trì tiếp nhận 15.000 hồ sơ.</p>"
    "<h3>Thời gian tiếp nhận</h3>"
    "<ul><li>Buổi sáng: từ 7h30;</li><li>Buổi chiều: đến <strong>17h00</strong>.</li></ul>"
)

_PLAIN = Item(
    article=7,
    revision=1,
    title="Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy",
    lead="Người dân không phải nghỉ làm để đi nộp hồ sơ.",
    body=read(_HTML),
    html=_HTML,
    agency="Văn phòng UBND tỉnh",
    author="Ban Biên tập",
    published=datetime(2026, 11, 23, 7, 30, tzinfo=HANOI),
    link="https://congttdt.phutho.example/tin/thu-bay-vi-dan-7",
    source_link="https://congttdt.phutho.example/tin/thu-bay-vi-dan",
    topic=2,
    kind="tin",
    field="",
    priority=Priority.NORMAL,
)


def make_item(**changes: Any) -> Item:
    """A plain approved article; `html` alone changes the body with it."""
    if "html" in changes and "body" not in changes:
        changes["body"] = read(changes["html"])
    return replace(_PLAIN, **changes)


def feed_keys() -> list[str]:
    """The keys of all sample articles that `feed_item` can read."""
    return sorted({entry["key"] for entry in _expected() if "atom" not in entry["feed"]})


def feed_item(key: str) -> Item:
    """An article of the sample feeds by its key in expected.json, such as "kh-05"."""
    said = next(entry for entry in _expected() if entry["key"].startswith(key))
    lead, html = _texts(FEEDS / said["feed"], said["title"])
    return make_item(title=said["title"], lead=lead, html=html, link=said["link"], kind=said["kind"])


def _expected() -> list[dict[str, Any]]:
    entries = json.loads((FEEDS / "expected.json").read_text("utf-8"))
    return list(entries["items"] if isinstance(entries, dict) else entries)


def _texts(feed: Path, title: str) -> tuple[str, str]:
    for found, lead, html in _entries(feed):
        if _folded(unescape(found)) == _folded(title):
            return _folded(lead), unicodedata.normalize("NFC", html)
    raise LookupError(title)


def _entries(feed: Path) -> list[tuple[str, str, str]]:
    if feed.suffix == ".json":
        return [
            (item["title"], item["summary"], item.get("content_html") or f"<p>{item['content_text']}</p>")
            for item in json.loads(feed.read_text("utf-8"))["items"]
        ]
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    return [
        (
            item.findtext("title", ""),
            item.findtext("description", "") if item.find(content) is not None else "",
            item.findtext(content) or item.findtext("description") or "",
        )
        for item in ElementTree.fromstring(feed.read_bytes()).iter("item")
    ]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
