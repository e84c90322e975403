"""Entries for the tests of review: one harmless article, and the sample feeds' as plain text."""

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from pipeline.entry import Entry, Marker
from pipeline.review.checks import Found, Near, check

DATA = Path(__file__).parents[2] / "data"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 23, 8, tzinfo=ZONE)
CONTACTS = ("0210.000.08*", "*@phutho.example")
TEXT = (
    "Trung tâm Phục vụ hành chính công tỉnh mở cửa thêm sáng thứ Bảy để người dân nộp hồ sơ, "
    "nhận kết quả và được hướng dẫn dùng dịch vụ công trực tuyến."
)
HARMLESS = Entry(
    guid="1",
    link=None,
    title="Mở cửa sáng thứ Bảy",
    lead="",
    body="",
    text=TEXT,
    author="",
    published=NOW - timedelta(days=1),
    updated=None,
    marker=Marker.APPROVED,
)


def entry(**changes: Any) -> Entry:
    return replace(HARMLESS, **changes)


def checked(subject: Entry, *, changed: bool = False, near: Near | None = None) -> tuple[Found, ...]:
    return check(
        subject,
        now=NOW,
        zone=ZONE,
        stale_after=timedelta(days=30),
        public_contacts=CONTACTS,
        changed=changed,
        near=near,
    )


def codes(subject: Entry, **how: Any) -> list[str]:
    return [found.code for found in checked(subject, **how)]


def rows(name: str) -> list[list[str]]:
    lines = (DATA / "review" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def sample_entries() -> Iterator[tuple[str, Entry]]:
    """Every item of the sample feeds, under its title: text and lead only, approved, of yesterday."""
    for name in ("vpubnd.xml", "stp.atom.xml", "snnmt.xml", "day2/vpubnd.xml"):
        raw = (DATA / "feeds" / name).read_bytes()
        for item in feedparser.parse(raw, sanitize_html=False, resolve_relative_uris=False).entries:
            body = item.content[0].value if "content" in item else item.summary
            lead = item.summary if "content" in item else ""
            yield name, entry(title=item.title.strip(), lead=lead, text=_plain(body))
    for item in json.loads((DATA / "feeds" / "skhcn.json").read_text(encoding="utf-8"))["items"]:
        body = item.get("content_html") or item["content_text"]
        yield "skhcn.json", entry(title=_nfc(item["title"]), lead=_nfc(item["summary"]), text=_plain(body))


def _plain(body: str) -> str:
    body = html.unescape(body) if "&lt;" in body else body
    body = re.sub(r"<(script|style).*?</\1>", "", body, flags=re.DOTALL)
    body = re.sub(r"</?(?:p|li|h\d|tr|t[dh]|div|[uo]l|table)[^>]*>", "\n", body)
    return _nfc(re.sub(r"\s*\n\s*", "\n", html.unescape(re.sub(r"<[^>]+>", "", body))).strip())


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
