"""A stored revision as the `Item` that channels compose from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from html import escape, unescape
from zoneinfo import ZoneInfo

from channels import document
from channels.base import Attachment, Image, Item, Priority, Reference, Wording
from channels.portal import media_path
from pipeline.models import Picture, Revision

_IMG = re.compile(r'<img(?: +[a-z-]+="[^"]*")* */?>')
_SRC = re.compile(r' src="([^"]*)"')


def item_of(
    revision: Revision,
    *,
    agency: str,
    zone: ZoneInfo,
    base_url: str,
    link: str,
    priority: Priority,
    corrects: Reference | None,
    undated: datetime,
    released: datetime,
) -> Item:
    """`link`: the page of ours that tells it in full, or the agency's own; `undated` dates one without."""
    stored = Picture.objects.in_bulk([image["sha256"] for image in revision.images if image.get("sha256")])
    urls, images = {}, []
    for image in revision.images:
        picture = stored.get(image.get("sha256"))
        if picture is None:
            continue
        url = base_url.rstrip("/") + media_path(picture.sha256, picture.content_type)
        urls[image["url"]] = url
        images.append(
            Image(url, image["alt"], picture.width, picture.height, picture.size, picture.content_type)
        )
    html = _with_our_pictures(revision.body, urls)
    return Item(
        article=revision.article_id,
        revision=revision.number,
        title=revision.title,
        lead=revision.lead,
        body=document.read(html),
        html=html,
        agency=agency,
        author=revision.author,
        published=(revision.published or undated).astimezone(zone),
        link=link,
        source_link=revision.source_link,
        topic=revision.topic,
        kind=revision.kind,
        field=revision.field,
        priority=priority,
        images=tuple(images),
        attachments=tuple(
            Attachment(a["url"], a["title"], a["content_type"], a["size"]) for a in revision.attachments
        ),
        corrects=corrects,
        released=released.astimezone(zone),
    )


def wording_of(revision: Revision) -> Wording:
    """What a revision says, without its pictures."""
    return Wording(revision.title, revision.lead, document.read(revision.body))


def _with_our_pictures(html: str, urls: Mapping[str, str]) -> str:
    """Point every picture at our copy; one that we have no copy of is left out."""

    def ours(match: re.Match[str]) -> str:
        src = _SRC.search(match[0])
        url = urls.get(unescape(src[1])) if src else None
        return match[0].replace(f'src="{src[1]}"', f'src="{escape(url)}"') if src and url else ""

    return _IMG.sub(ours, html)
