"""JSON Feed 1.0 and 1.1 (jsonfeed.org): what each item says; members of a wrong type say nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.collect import addresses
from pipeline.collect.said import HTML, TEXT, Json, Markup, Picture, Said
from pipeline.collect.words import fold, one_line, visible
from pipeline.entry import EntryAttachment, FeedTrouble

VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.[01])?/?$")
MOST_ITEMS = 2000
MOST_MEMBERS = 200


def read_items(text: str, address: str) -> tuple[list[Said], str | None, list[str]]:
    """The items in the order of the document, the home page, and what is damaged, in plain Vietnamese.

    Raises `FeedTrouble` where the text is no JSON or no JSON Feed.
    """
    try:
        feed: Json = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise FeedTrouble("Nguồn tin JSON bị hỏng hoặc bị cắt, không đọc được") from e
    if (
        not isinstance(feed, dict)
        or not VERSION.match(_text(feed, "version"))
        or not isinstance(feed.get("items"), list)
    ):
        raise FeedTrouble("Tài liệu JSON này không phải JSON Feed")
    home = addresses.absolute(_text(feed, "home_page_url"), address)
    base = home or addresses.absolute(_text(feed, "feed_url")) or address
    damage = []
    if len(feed["items"]) > MOST_ITEMS:
        damage.append(f"có {len(feed['items'])} bài, chỉ đọc {MOST_ITEMS} bài đầu")
    items = [item for item in feed["items"][:MOST_ITEMS] if isinstance(item, dict)]
    if len(items) < min(len(feed["items"]), MOST_ITEMS):
        damage.append("có mục không phải là bài, đã bỏ qua")
    return [_item(item, base) for item in items], home, damage


def _item(item: Mapping[str, Json], base: str) -> Said:
    guid = item.get("id")
    link = next(
        (url for name in ("url", "external_url") if (url := addresses.absolute(_text(item, name), base))),
        None,
    )
    own = link or base
    contents = [(_text(item, "content_html"), HTML), (_text(item, "content_text"), TEXT)]
    names = [fold(_text(author, "name")) for author in _members(item, "authors") or [item.get("author")]]
    pictures = [
        Picture(_text(item, name), "", base) for name in ("image", "banner_image") if _text(item, name)
    ]
    attachments = list(_attachments(item, base))
    return Said(
        guid=fold(str(guid)) or None if isinstance(guid, str | int | float) and guid is not True else None,
        link=link or (addresses.absolute(guid) if isinstance(guid, str) else None),
        title=one_line(_text(item, "title")),
        summary=Markup(_text(item, "summary"), TEXT, own),
        bodies=[Markup(text, kind, base) for text, kind in contents if text.strip()][:1],
        author=", ".join(dict.fromkeys(filter(None, names)))[:300],
        published=[fold(date)] if (date := _text(item, "date_published")) and fold(date) else [],
        updated=[fold(date)] if (date := _text(item, "date_modified")) and fold(date) else [],
        categories=[("", fold(tag)) for tag in _members(item, "tags") if isinstance(tag, str) and fold(tag)],
        pictures=pictures
        + [Picture(a.url, a.title, base) for a in attachments if a.content_type.startswith("image/")],
        attachments=[a for a in attachments if not a.content_type.startswith("image/")],
        json=item,
    )


def _attachments(item: Mapping[str, Json], base: str) -> Iterator[EntryAttachment]:
    for given in _members(item, "attachments"):
        url = addresses.absolute(_text(given, "url"), base)
        if url:
            size: Any = given.get("size_in_bytes")
            name = fold(_text(given, "title")) or fold(unquote(urlsplit(url).path.rpartition("/")[2]))
            known = int(size) if isinstance(size, int | float) and 0 < size < 10**12 else None
            yield EntryAttachment(url, name, _text(given, "mime_type").strip().lower(), known)


def _text(holder: Json, name: str) -> str:
    value = holder.get(name) if isinstance(holder, dict) else None
    return visible(value) if isinstance(value, str) else ""


def _members(item: Mapping[str, Json], name: str) -> list[Json]:
    value = item.get(name)
    return value[:MOST_MEMBERS] if isinstance(value, list) else []
