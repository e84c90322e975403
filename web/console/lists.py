"""What the morning list shows: few queries, each with an end, whatever the archive holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Count, QuerySet

from pipeline.models import Article, ChannelState, Delivery, DeliveryState, Source, SourceState, State, Stop
from pipeline.office import Office
from pipeline.people import Rights, visible
from web.console import waiting

SHORT = 30
"""Rows of a section on the morning list; the whole list stands on its own page."""


@dataclass(frozen=True)
class Post:
    """What waits to go out of one article."""

    article: int
    title: str
    rows: tuple[Delivery, ...]


@dataclass(frozen=True)
class Morning:
    counts: dict[str, int]
    review: list[Article]
    held: list[Article]
    waiting: list[Post]
    waiting_count: int
    doubts: int
    """Deliveries that wait for a person's word."""
    sources: list[Source]
    floods: dict[str, int]
    """Items that wait for one yes to all that their source brought at once, by source."""
    paused: list[ChannelState]
    sent: dict[str, int]
    """Parts sent in the last 24 hours, by channel."""
    skipped: list[Article]
    withdrawn: list[Article]


def morning(office: Office, now: datetime, rights: Rights) -> Morning:
    """All that somebody with these rights must see first; `now` is the office's time, aware."""
    seen = visible(Article.objects.all(), rights, office.schedule)
    carried = visible(Delivery.objects.all(), rights, office.schedule, "article__source")
    sources = visible(Source.objects.all(), rights, office.schedule, "id")
    counted = seen.values_list("state").annotate(Count("id")).order_by()
    channels = [channel.id for channel in office.schedule.channels]
    sent = carried.filter(channel__in=channels, state=DeliveryState.SENT, sent_at__gt=now - timedelta(days=1))
    unsent = carried.filter(state__in=(DeliveryState.QUEUED, DeliveryState.SENDING))
    floods = seen.filter(stopped=Stop.BULK).values_list("source").annotate(Count("id")).order_by()
    return Morning(
        counts=dict.fromkeys(State.values, 0) | dict(counted),
        review=articles(seen, State.REVIEW),
        held=articles(seen, State.HELD),
        waiting=_posts(_light(unsent).order_by("due_at", "id")[:100]),
        waiting_count=unsent.aggregate(n=Count("article", distinct=True))["n"],
        doubts=waiting.count(office, rights),
        sources=list(sources.filter(state=SourceState.TROUBLE).order_by("since", "id")),
        floods=dict(floods),
        paused=list(ChannelState.objects.filter(paused=True).order_by("channel", "target")),
        sent=dict(sent.values_list("channel").annotate(Count("id")).order_by()),
        skipped=articles(seen, State.SKIPPED, stop=10),
        withdrawn=articles(seen, State.WITHDRAWN, stop=10),
    )


def articles(seen: QuerySet[Article], state: str, start: int = 0, stop: int = SHORT) -> list[Article]:
    """The newest of `seen` first, with their current revision and its findings, without their bodies."""
    ids = list(seen.filter(state=state).order_by("-id").values_list("id", flat=True)[start:stop])
    return list(
        Article.objects.filter(id__in=ids)
        .select_related("current")
        .defer("current__body", "current__text")
        .prefetch_related("current__findings")
        .order_by("-id")
    )


def _light(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.select_related("revision").only(
        "article_id", "channel", "part", "parts", "due_at", "revision__title"
    )


def _posts(rows: QuerySet[Delivery]) -> list[Post]:
    together = sorted(rows, key=lambda row: row.article_id)
    posts = [
        Post(article, found[0].revision.title, found)
        for article, group in groupby(together, key=lambda row: row.article_id)
        if (found := tuple(sorted(group, key=lambda row: (row.due_at, row.id))))
    ]
    return sorted(posts, key=lambda post: (post.rows[0].due_at, post.article))
