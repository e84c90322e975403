"""What the portal and the press feed freeze of an item: all that our own web will ever show of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from channels.base import Amendment, Item


def frozen(item: Item, channel: str, base_url: str) -> dict[str, Any]:
    """The item as JSON; `published` and `amended.at` are ISO 8601 with the office's offset.

    `guid` is a tag URI (RFC 4151): the same for every revision of an article, and never another's.
    """
    return {
        "guid": f"tag:{urlsplit(base_url).hostname or 'localhost'},2026:{channel}/{item.article}",
        "title": item.title,
        "lead": item.lead,
        "html": item.html,
        "agency": item.agency,
        "author": item.author,
        "published": item.published.isoformat(),
        "link": item.link,
        "source_link": item.source_link,
        "topic": item.topic,
        "kind": item.kind,
        "field": item.field,
        "priority": str(item.priority),
        "images": [asdict(image) for image in item.images],
        "attachments": [asdict(attachment) for attachment in item.attachments],
        "corrects": asdict(item.corrects) if item.corrects else None,
        "amended": _amended(item.amended) if item.amended else None,
    }


def _amended(amendment: Amendment) -> dict[str, str]:
    return {"reason": amendment.reason, "at": amendment.at.isoformat()}
