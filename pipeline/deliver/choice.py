"""Which of the waiting rows a claim takes, and when to look again for those that it must leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Min, QuerySet

from pipeline.deliver.limits import Paces
from pipeline.models import Delivery

SOON = timedelta(seconds=5)
"""A back-off or a Retry-After that ends within this is worth a drain's waiting for it."""


def choose(waiting: QuerySet[Delivery], channels: Collection[str], paces: Paces, most: int) -> list[Delivery]:
    """The first rows that may go; each round leaves out what the round before found to be held."""
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    chosen: list[Delivery] = []
    while len(chosen) < most and any((channel, "") not in paces.held for channel in channels):
        rows = without(waiting, paces.held).exclude(id__in=[row.id for row in chosen])
        batch = list(rows[: most - len(chosen)])
        taken = [row for row in batch if paces.take(row)]
        chosen += taken
        if len(taken) == len(batch):
            break
    return chosen


def without(rows: QuerySet[Delivery], places: Collection[tuple[str, str]]) -> QuerySet[Delivery]:
    """Leave out these (channel, target); a target that is empty stands for the whole channel."""
    whole = [channel for channel, target in places if not target]
    for channel, target in places:
        if target:
            rows = rows.exclude(channel=channel, target=target)
    return rows.exclude(channel__in=whole) if whole else rows


def look_again_at(
    waiting: QuerySet[Delivery], soon: QuerySet[Delivery], paces: Paces, real_now: datetime
) -> datetime | None:
    """Where nothing could be claimed: when a limit, or else a short wait, lets something go."""
    held = {channel for channel, _ in paces.held}
    limited = waiting.filter(channel__in=held).order_by().values_list("channel", flat=True).distinct()
    wakes = soon.filter(wake_at__gt=real_now, wake_at__lte=real_now + SOON)
    times = (
        paces.free_at(limited) if held else None,
        wakes.order_by().aggregate(first=Min("wake_at"))["first"],
    )
    return min(filter(None, times), default=None)
