"""What the console's lists show: few queries, each with an end, whatever the archive holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, F, Prefetch, QuerySet

from pipeline.models import (
    Approval,
    Article,
    ChannelState,
    Delivery,
    DeliveryState,
    Finding,
    Source,
    SourceState,
    State,
    Stop,
    floods,
)
from pipeline.office import Office
from pipeline.people import Rights, visible
from web.console import waiting

PAGE = 50
"""Rows of a whole list."""
SHORT = 20
"""Articles of a section of the morning page, of which the whole list stands on a page of its own."""
FEW = 5
"""Rows of what is looked over rather than worked through."""
DOUBTS = 100
"""Deliveries under each heading of what is in doubt."""
AHEAD = 120
"""Messages of which the next to go out are told."""


class Sending(NamedTuple):
    """What a list tells of a delivery; all of it in one query, and no more than that."""

    id: int
    article_id: int
    source: str
    title: str
    channel: str
    part: int
    state: str
    due_at: datetime
    sent_at: datetime | None
    error: str


class Came(NamedTuple):
    """What a list tells of an article that came in."""

    id: int
    source: str
    title: str | None
    state: str
    created_at: datetime


@dataclass(frozen=True)
class Going:
    """One article to one or several channels at one time."""

    at: datetime
    article: int
    title: str
    source: str
    rows: tuple[Sending, ...]
    """The first part on each channel."""


@dataclass(frozen=True)
class Morning:
    """What an officer must see first."""

    review: list[Article]
    """Apart from what waits in a flood."""
    held: list[Article]
    counts: dict[str, int]
    """Of the articles in review and held."""
    doubts: list[tuple[str, Sending]]
    """What waits for a person's word, under "uncertain", "failed" or "down": at most `DOUBTS` of each."""
    sources: list[Source]
    """Those in trouble, the longest first."""
    floods: dict[str, int]
    """Items that wait for one yes to all that their source brought at once, by source."""
    paused: list[ChannelState]
    going: list[Going]
    going_count: int
    """Articles of which anything waits to go out."""
    sent: dict[str, int]
    """Parts sent in the last 24 hours, by channel."""
    came: list[Came]
    """The newest, whatever became of them."""

    @property
    def troubles(self) -> int:
        return len(self.sources) + len(self.paused)


def morning(office: Office, now: datetime, rights: Rights) -> Morning:
    """All of it that somebody with these rights may see; `now` is the office's time, aware."""
    seen = visible(Article.objects.all(), rights, office.schedule)
    carried = visible(Delivery.objects.all(), rights, office.schedule, "article__source")
    sources = visible(Source.objects.all(), rights, office.schedule, "id")
    waiting = seen.filter(state__in=(State.REVIEW, State.HELD)).exclude(stopped=Stop.BULK)
    counted = waiting.values_list("state").annotate(Count("id"))
    counts = dict(counted.order_by())
    channels = [channel.id for channel in office.schedule.channels]
    sent = carried.filter(channel__in=channels, state=DeliveryState.SENT, sent_at__gt=now - timedelta(days=1))
    unsent = carried.filter(state__in=(DeliveryState.QUEUED, DeliveryState.SENDING))
    waits = visible(floods(), rights, office.schedule)
    return Morning(
        review=articles(seen.filter(state=State.REVIEW).exclude(stopped=Stop.BULK), stop=SHORT),
        held=articles(seen.filter(state=State.HELD), stop=10),
        counts={str(state): counts.get(state, 0) for state in (State.REVIEW, State.HELD)},
        doubts=_doubts(office, rights),
        sources=list(sources.filter(state=SourceState.TROUBLE).order_by("since", "id")),
        floods=Counter(waits.values_list("source", flat=True)),
        paused=list(ChannelState.objects.filter(paused=True).order_by("channel", "target")),
        going=together(_told(unsent.order_by("due_at", "id"), AHEAD)),
        going_count=unsent.aggregate(n=Count("article", distinct=True))["n"],
        sent=dict(sent.values_list("channel").annotate(Count("id")).order_by()),
        came=_came(seen),
    )


def articles(chosen: QuerySet[Article], start: int = 0, stop: int = SHORT) -> list[Article]:
    """The newest first, with all that an `entries.Entry` is made of; without their bodies."""
    ids = list(chosen.order_by("-id").values_list("id", flat=True)[start:stop])
    found = Article.objects.filter(id__in=ids).select_related("current").defer("current__body")
    return list(
        found.prefetch_related(
            Prefetch("current__findings", Finding.objects.order_by("id")),
            "current__acceptances",
            Prefetch("current__approvals", Approval.objects.select_related("user").order_by("at")),
        ).order_by("-id")
    )


def together(rows: Iterable[Sending]) -> list[Going]:
    """One of each article and minute, in the order of time."""

    def place(row: Sending) -> tuple[datetime, int]:
        return (row.sent_at or row.due_at).replace(second=0, microsecond=0), row.article_id

    return [
        Going(at, article, found[0].title, found[0].source, found)
        for (at, article), group in groupby(sorted(rows, key=lambda row: (*place(row), row.id)), key=place)
        if (found := tuple(row for row in group if row.part == 1))
    ]


def _came(seen: QuerySet[Article]) -> list[Came]:
    newest = seen.order_by("-id").values_list("id", "source", "current__title", "state", "created_at")
    return [Came(*values) for values in newest[:FEW]]


def _doubts(office: Office, rights: Rights) -> list[tuple[str, Sending]]:
    found = waiting.rows(office, rights)
    kinds = (("uncertain", found.uncertain), ("failed", found.failed), ("down", found.by_hand))
    return [(kind, row) for kind, rows in kinds for row in _told(rows, DOUBTS)]


def _told(rows: QuerySet[Delivery], most: int) -> Iterator[Sending]:
    also = {"source": F("article__source"), "title": F("revision__title")}
    return (Sending(*values) for values in rows.annotate(**also).values_list(*Sending._fields)[:most])
