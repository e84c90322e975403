"""What goes into the ledger and what a worker takes out of it to send: frozen values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.base import Part


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


@dataclass(frozen=True)
class Claims:
    """What was claimed, and the real time at which a rate limit lets more go (None: no limit holds)."""

    rows: tuple[Claimed, ...]
    paced_until: datetime | None = None


def digest(content: Mapping[str, Any]) -> str:
    """The hash under which a part is frozen."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
