"""A short word that is another one whenever the morning page would show something else."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Count, Max, QuerySet

from pipeline import office
from pipeline.models import (
    Article,
    AuditEntry,
    ChannelState,
    Delivery,
    DeliveryState,
    Source,
    SourceState,
    State,
)

_OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.FAILED, DeliveryState.UNCERTAIN)


def stamp() -> str:
    """Asked every few seconds by every open page: counts what is open, over indexes, and no more."""
    here = office.current()
    facts = (
        here.now().astimezone(here.schedule.office.zone).date(),
        AuditEntry.objects.aggregate(Max("sequence")),
        Article.objects.aggregate(Max("id")),
        _counted(Article.objects.filter(state__in=(State.REVIEW, State.HELD))),
        _counted(Delivery.objects.filter(state__in=_OPEN)),
        Source.objects.filter(state=SourceState.TROUBLE).aggregate(Count("id"), Max("since")),
        ChannelState.objects.filter(paused=True).aggregate(Count("id"), Max("at")),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _counted(rows: QuerySet[Any]) -> list[tuple[str, int]]:
    return list(rows.values_list("state").annotate(Count("id")).order_by("state"))
