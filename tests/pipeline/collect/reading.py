"""Parsing in tests: one call, with the settings of the demo office's sources at hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.collect.parse import parse
from pipeline.entry import Entry, Reading
from pipeline.schedule import SourceSettings

FEEDS = Path(__file__).parents[2] / "data" / "feeds"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
ADDRESS = "https://so.phutho.example/rss.xml"
DAY = "<pubDate>Fri, 20 Nov 2026 08:00:00 +0700</pubDate>"
MOMENT = datetime(2026, 11, 20, 1, tzinfo=UTC)
"""The instant that DAY says."""
VPUBND: dict[str, Any] = {
    "approval": {"element": "pt:trangThai", "approved": ["da-duyet"], "withdrawn": ["go-bai"]},
    "embargo": {"element": "pt:camPhatTruoc"},
    "correction_of": {"element": "pt:dinhChinhCho"},
    "topic": {"element": "pt:chuDe"},
    "kind": {"element": "pt:theLoai"},
}


def read(body: str | bytes, *, address: str = ADDRESS, content_type: str = "", **settings: Any) -> Reading:
    given = {"id": "so", "agency": "Sở", "url": "https://so.phutho.example/rss.xml", "approval": "published"}
    source = SourceSettings.model_validate(given | settings)
    raw = body.encode() if isinstance(body, str) else body
    return parse(raw, content_type=content_type, address=address, source=source, zone=ZONE, now=NOW)


def rss(item: str, *, head: str = "", namespaces: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:media="http://search.yahoo.com/mrss/" {namespaces}><channel><title>t</title>'
        f"<link>https://so.phutho.example/</link>{head}<item>{item}</item></channel></rss>"
    )


def atom(entry: str, *, namespace: str = "http://www.w3.org/2005/Atom", more: str = "") -> str:
    return f'<feed xmlns="{namespace}" {more}><title>t</title><entry>{entry}</entry></feed>'


def feed(*items: dict[str, Any], **more: Any) -> str:
    start = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "t",
        "home_page_url": "https://so.phutho.example/",
    }
    return json.dumps(start | more | {"items": list(items)}, ensure_ascii=False)


def one(body: str | bytes, **settings: Any) -> Entry:
    (entry,) = read(body, **settings).entries
    return entry
