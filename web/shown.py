"""What the ledger says of the channels that our own web shows: what stands there, what was taken back."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from channels.base import Json
from pipeline import office
from pipeline.models import Article, Delivery, DeliveryState, State


def rows(kind: str) -> QuerySet[Delivery]:
    """The frozen rows to show on "portal" or "press": of each article the newest that was sent.

    Not those of withdrawn articles. A channel that was switched off keeps what it has shown.
    """
    return _newest(ever_sent(kind).filter(state=DeliveryState.SENT)).exclude(article__state=State.WITHDRAWN)


def taken_back(kind: str, articles: QuerySet[Article]) -> list[Delivery]:
    """Of each of these that is withdrawn the row that was last seen, the newest withdrawal first."""
    found = Delivery.objects.filter(article__in=articles.filter(state=State.WITHDRAWN))
    channels = _channels(kind)
    # The channels are compared here, or SQLite would go through all that they have ever carried.
    last = {
        row.article_id: row
        for row in found.select_related("article").order_by("id")
        if row.channel in channels and row.sent_at
    }
    return sorted(
        last.values(), key=lambda row: (row.article.withdrawn_at or row.created_at, row.id), reverse=True
    )


def amendments(kind: str, article: int) -> list[Json]:
    """What readers were told of each correction of an article, the newest first: `Amendment` as JSON."""
    found = ever_sent(kind).filter(article=article).order_by("-id").values_list("content__amended", flat=True)
    return [said for said in found if said]


def ever_sent(kind: str) -> QuerySet[Delivery]:
    """Every row of these channels that was ever visible, taken down since or not."""
    return Delivery.objects.filter(channel__in=_channels(kind), sent_at__isnull=False)


def _channels(kind: str) -> list[str]:
    return [
        channel.id
        for channel in office.current().schedule.channels
        if channel.kind == kind and getattr(channel, "system", "built-in") == "built-in"
    ]


def _newest(sent: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """One of each article."""
    return sent.filter(~Exists(sent.filter(article=OuterRef("article"), id__gt=OuterRef("id"))))
