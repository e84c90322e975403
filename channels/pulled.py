"""Channels that readers pull from our own web: what portal and press freeze is all that it will ever show."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from channels.base import Amendment, Checkpoint, Item, Limit, Notice, Part, Receipt, Render
from channels.document import begins_with


class Pulled(ABC):
    """One part an article, shown once its row is sent; `base_url` is the public address of our web."""

    kind: str
    push = False
    pulled = True
    rings = False
    asks = False
    by_hand = False
    limits: tuple[Limit, ...] = ()

    def __init__(self, id: str, base_url: str) -> None:
        self.id = self.account = id
        self.target = self.kind
        self.base_url = base_url.rstrip("/")

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One part, with all that may be shown."""
        return (Part(1, 1, {**frozen(item, self.id, self.base_url), **self.own(item)}),)

    def own(self, item: Item) -> Mapping[str, Any]:  # noqa: ARG002
        """What this channel freezes otherwise, or besides."""
        return {}

    def repeatable(self, content: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Marking a row as sent twice shows it once."""
        return True

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """The new wording takes the old one's place; `amended` tells readers when and why."""
        return self.compose(item, render)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """None: our own web stops showing what the ledger says is withdrawn."""
        return ()

    def send(
        self,
        part: Part,
        *,
        target: str,  # noqa: ARG002
        key: str,  # noqa: ARG002
        checkpoint: Checkpoint,  # noqa: ARG002
        standing: Sequence[Receipt] = (),  # noqa: ARG002
    ) -> Receipt:
        """Where it will be found: readers see it when the ledger has marked the row as sent."""
        return self.place(part.content)

    @abstractmethod
    def place(self, content: Mapping[str, Any]) -> Receipt:
        """Where our web shows this content."""

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody asks: a row of our own is never in doubt."""
        return None

    def close(self) -> None:  # noqa: B027
        """Nothing is held open."""


def frozen(item: Item, channel: str, base_url: str) -> dict[str, Any]:
    """The item as JSON; `published` and `amended.at` are ISO 8601 with the office's offset.

    `guid` is a tag URI (RFC 4151): the same for every revision of an article, and never another's. `lead` is
    the summary; `opening` is what stands before the text, nothing where the text begins with the lead.
    """
    return {
        "guid": f"tag:{urlsplit(base_url).hostname or 'localhost'},2026:{channel}/{item.article}",
        "title": item.title,
        "lead": item.lead,
        "opening": "" if begins_with(item.body, item.lead) else item.lead,
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
