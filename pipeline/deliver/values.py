"""What goes into the ledger and what a worker takes out of it to send: frozen values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.base import NotSent, Part, Receipt
from pipeline.models import Delivery, Errand


@dataclass(frozen=True)
class Post:
    """The frozen parts of one revision for one channel, and when they may go."""

    channel: str
    target: str
    parts: tuple[Part, ...]
    due_at: datetime
    closes_at: datetime
    expires_at: datetime | None
    rank: int
    waits_for: str | None
    """The channel whose page this post links to: it must be live first."""
    errand: Errand = Errand.POST
    unsettled: Mapping[int, int] = field(default_factory=dict)
    """Of a correction or withdrawal: part → the delivery that is not settled yet; see `Standing`."""


@dataclass(frozen=True)
class Claimed:
    """One part that this process, and no other, may send until its lease ends."""

    id: int
    channel: str
    target: str
    address: str
    """Where the target is reached now: itself, or the chat that it has become."""
    key: str
    part: Part
    fence: int
    attempts: int
    checkpoint: Mapping[str, Any] | None
    standing: Sequence[Receipt] = ()
    """Of a correction or withdrawal: what it acts on, the newest first."""
    starts_at: datetime | None = None
    """Real time: the slot that its limits give it, to the instant; None where no limit holds."""


@dataclass(frozen=True)
class Claims:
    """What was claimed, and the real time at which more may be (None: nothing that waits goes on soon)."""

    rows: tuple[Claimed, ...]
    paced_until: datetime | None = None


class NotBegun(NotSent):
    """Nothing was tried: its slot went by, or we were told to stop while it waited for it."""


def digest(part: Part) -> str:
    """The hash under which a part is frozen."""
    frozen = [part.content, *part.otherwise] if part.otherwise else part.content
    return hashlib.sha256(json.dumps(frozen, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def part_of(row: Delivery) -> Part:
    """What is to be sent of a row now: its content, or what it says instead."""
    return Part(row.part, row.parts, [row.content, *row.otherwise][row.way])


def key_of(row: Delivery) -> str:
    """The same at every try of one errand, and never another's."""
    errand = "" if row.errand == Errand.POST else f"-{row.errand}"
    return f"loa-{row.article_id}-{row.revision_id}-{row.channel}-{row.part}{errand}"
