"""What is checked: an entry as it was read, or a stored revision seen the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from pipeline.entry import Entry, EntryImage, Marker, Unreadable


class Subject(Protocol):
    """The part of an `Entry` that the checks look at; times are aware."""

    @property
    def title(self) -> str: ...
    @property
    def lead(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def published(self) -> datetime | None: ...
    @property
    def embargo(self) -> datetime | None: ...
    @property
    def expires(self) -> datetime | None: ...
    @property
    def marker(self) -> Marker: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def images(self) -> Sequence[EntryImage]: ...
    @property
    def unreadable(self) -> Sequence[Unreadable]: ...


class Stored(Protocol):
    """A row of `pipeline.models.Revision`, by the columns that the checks need."""

    title: Any
    lead: Any
    body: Any
    text: Any
    author: Any
    published: Any
    updated: Any
    topic: Any
    kind: Any
    priority: Any
    embargo: Any
    expires: Any
    images: Any
    unreadable: Any


def stored(row: Stored, marker: str) -> Entry:
    """A revision as the entry that it was; `marker` is what the source last said of the article."""
    return Entry(
        guid=None,
        link=None,
        title=row.title,
        lead=row.lead,
        body=row.body,
        text=row.text,
        author=row.author,
        published=row.published,
        updated=row.updated,
        marker=Marker(marker),
        topic=row.topic,
        kind=row.kind,
        priority=row.priority,
        embargo=row.embargo,
        expires=row.expires,
        images=tuple(_image(image) for image in row.images),
        unreadable=tuple(Unreadable(**stated) for stated in row.unreadable),
    )


def _image(image: Mapping[str, Any]) -> EntryImage:
    return EntryImage(image["url"], image.get("alt") or "", image.get("problem") or "")


def places(subject: Subject) -> Iterator[tuple[str, str]]:
    """Every text that people would read, with the name that `Found.where` gives it."""
    yield "title", subject.title
    yield "lead", subject.lead
    yield "text", subject.text
