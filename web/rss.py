"""Frozen rows as RSS 2.0: whole for newsrooms, with the lead only for the public; and what was taken back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.utils import format_datetime
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from pipeline.models import Delivery

_SPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
for _prefix, _uri in _SPACES.items():
    ET.register_namespace(_prefix, _uri)

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, section 2.2, lets stand in no document."""


@dataclass(frozen=True)
class Feed:
    """The channel element; `address` is where the feed itself stands, times are shown in `zone`."""

    title: str
    description: str
    link: str
    address: str
    copyright: str
    zone: tzinfo


def write(feed: Feed, rows: Iterable[Delivery], *, full: bool, taken_back: Iterable[Delivery] = ()) -> bytes:
    """The document in UTF-8; characters that XML forbids are dropped.

    RSS 2.0 with content:encoded, Dublin Core, Media RSS and Atom's self link; our own facts stand in
    categories whose domain is urn:loa:*. What was taken back stands first, as a cancellation under the
    guid that it had.
    """
    entries, cancelled = list(rows), list(taken_back)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.link)
    _add(channel, "description", feed.description)
    _add(channel, "language", "vi")
    _add(channel, "copyright", feed.copyright)
    _add(channel, "atom:link", "", href=feed.address, rel="self", type="application/rss+xml")
    moments = [row.sent_at for row in entries] + [row.article.withdrawn_at for row in cancelled]
    if known := [moment for moment in moments if moment]:
        _add(channel, "lastBuildDate", format_datetime(max(known).astimezone(feed.zone)))
    for row in cancelled:
        _cancellation(channel, row, feed.zone)
    for row in entries:
        _item(channel, row, feed.zone, full)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _item(channel: ET.Element, row: Delivery, zone: tzinfo, full: bool) -> None:
    content: dict[str, Any] = row.content
    item = ET.SubElement(channel, "item")
    _add(item, "title", _title(content))
    _add(item, "link", content["link"])
    _add(item, "guid", content["guid"], isPermaLink="false")
    _add(item, "pubDate", format_datetime(datetime.fromisoformat(content["published"])))
    _add(item, "dc:creator", content["author"] or content["agency"])
    # Readers show a description as HTML (RSS Advisory Board's profile), and the lead is plain text.
    _add(item, "description", escape(f"{_amended(content)} {content['lead']}".strip(), quote=False))
    for file in content["attachments"][: None if full else 0]:
        _add(
            item, "enclosure", "",
            url=file["url"], length=str(file["size"] or 0),
            type=file["content_type"] or "application/octet-stream",
        )  # fmt: skip
    if not full:
        return
    _add(item, "dc:source", content["agency"])
    if row.sent_at:
        _add(item, "atom:updated", row.sent_at.astimezone(zone).isoformat())
    for name in ("topic", "kind", "field", "priority"):
        if content[name]:
            _add(item, "category", str(content[name]), domain=f"urn:loa:{name}")
    _add(item, "category", str(row.revision.number), domain="urn:loa:revision")
    if content["corrects"]:
        _add(item, "category", content["corrects"]["link"], domain="urn:loa:corrects")
    if content.get("amended"):
        _add(item, "category", content["amended"]["at"], domain="urn:loa:amended")
    _add(item, "content:encoded", _correction(content) + content["html"])
    for image in content["images"]:
        media = _add(
            item, "media:content", "",
            url=image["url"], medium="image", type=image["content_type"], fileSize=str(image["size"]),
            width=str(image["width"]), height=str(image["height"]),
        )  # fmt: skip
        if image["alt"]:
            _add(media, "media:description", image["alt"], type="plain")


def _cancellation(channel: ET.Element, row: Delivery, zone: tzinfo) -> None:
    """The guid is what an import tool knows the withdrawn item by; nothing of its text is told again."""
    item = ET.SubElement(channel, "item")
    _add(item, "title", f"GỠ BÀI: {row.content['title']}")
    _add(item, "link", row.content["link"])
    _add(item, "guid", row.content["guid"], isPermaLink="false")
    if at := row.article.withdrawn_at:
        _add(item, "pubDate", format_datetime(at.astimezone(zone)))
    _add(item, "dc:creator", row.content["agency"])
    # Of what was withdrawn before there were notices the reason was not meant for readers.
    public = row.article.withdrawn_because if row.article.withdrawn_at else ""
    reason = public or "Cơ quan cung cấp đã gỡ bài."
    told = f"Bài này đã được gỡ: {_sentence(reason)} Xin không sử dụng tiếp, và gỡ khỏi những nơi đã đăng."
    _add(item, "description", escape(told, quote=False))
    _add(item, "category", "withdrawn", domain="urn:loa:status")


def _title(content: dict[str, Any]) -> str:
    """A correction says so in its title, for that is all that some readers show."""
    title: str = content["title"]
    corrects = content["corrects"] or content.get("amended") or content["kind"] == "dinh-chinh"
    return f"Đính chính: {title}" if corrects and not title.casefold().startswith("đính chính") else title


def _correction(content: dict[str, Any]) -> str:
    """What stands before the text, as HTML."""
    amended = _amended(content)
    said = f"<p><strong>{escape(amended, quote=False)}</strong></p>" if amended else ""
    if corrects := content["corrects"]:
        link, title = escape(corrects["link"]), escape(corrects["title"])
        said += f'<p><strong>Đính chính tin:</strong> <a href="{link}">{title}</a></p>'
    return said


def _amended(content: dict[str, Any]) -> str:
    # What was frozen before articles could be corrected says nothing.
    if not (amended := content.get("amended")):
        return ""
    at = datetime.fromisoformat(amended["at"])
    return f"Đã đính chính lúc {at:%H:%M, %d/%m/%Y}: {_sentence(amended['reason'])}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    prefix, _, local = name.rpartition(":")
    tag = f"{{{_SPACES[prefix]}}}{local}" if prefix else name
    element = ET.SubElement(parent, tag, {key: _ILLEGAL.sub("", value) for key, value in attributes.items()})
    element.text = _ILLEGAL.sub("", text)
    return element
