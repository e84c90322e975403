"""What the office's process tells of itself to those who play the month around it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One delivery as its officer sees it."""

    id: int
    article: int
    channel: str
    number: int
    version: int
    part: int
    errand: str
    method: str
    """Of the content that is tried now, where the channel has several ways."""
    state: str
    error: str
    begun: bool
    """Whether it was ever claimed."""


@dataclass(frozen=True)
class Waiting:
    """An article that waits for a person."""

    article: int
    number: int
    version: int
    codes: tuple[str, ...]
    agreed: tuple[str, ...]
    """Who has said yes to it already."""


@dataclass(frozen=True)
class Page:
    """An article's public page: its HTTP status, and the wording that it shows."""

    article: int
    number: int
    status: int
    shows: tuple[int, int] | None
