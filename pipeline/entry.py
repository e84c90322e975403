"""What one reading of a feed says: frozen, typed, cleaned; the border between parsing and the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Marker(StrEnum):
    """What the source says of an entry's approval, read by the source's own rule."""

    APPROVED = "approved"
    PENDING = "pending"
    WITHDRAWN = "withdrawn"
    MISSING = "missing"


@dataclass(frozen=True)
class Unreadable:
    """Something that the source states and that could not be read for certain: never guessed.

    `what` is one of published, updated, embargo, expires, topic, kind, priority, body, entry.
    """

    what: str
    raw: str
    why: str
    """Plain Vietnamese."""


@dataclass(frozen=True)
class EntryImage:
    """A picture that an entry shows; `url` is None where its address is unusable, and `problem` says why."""

    url: str | None
    alt: str
    problem: str = ""


@dataclass(frozen=True)
class EntryAttachment:
    url: str
    title: str
    content_type: str
    size: int | None


@dataclass(frozen=True)
class Entry:
    """One entry: texts are NFC with white space folded, times aware UTC, addresses absolute http(s)."""

    guid: str | None
    link: str | None
    title: str
    lead: str
    body: str
    """Allow-listed HTML; picture addresses are absolute, unusable pictures are gone."""
    text: str
    """The body's plain text, blocks separated by newlines."""
    author: str
    published: datetime | None
    updated: datetime | None
    marker: Marker
    categories: tuple[str, ...] = ()
    topic: int | None = None
    kind: str | None = None
    field: str = ""
    priority: str = "thuong"
    embargo: datetime | None = None
    expires: datetime | None = None
    corrects: str | None = None
    """The guid or link of the article that this one corrects."""
    withdrawn_because: str = ""
    images: tuple[EntryImage, ...] = ()
    attachments: tuple[EntryAttachment, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Everything that one reading of a feed brought.

    `trouble` is a reason in plain Vietnamese where the document was damaged and only what
    certainly stands in it was taken; such a source is in trouble although it brought entries.
    """

    entries: tuple[Entry, ...]
    trouble: str = ""
    ttl: timedelta | None = None
    home: str | None = field(default=None)


class Trouble(Exception):
    """What came from outside cannot be used; `str()` is the reason in plain Vietnamese."""


class FeedTrouble(Trouble):
    """The feed could not be read at all."""
