"""Asking the channels that can be asked what became of a send in doubt, before a person has to look."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from channels.base import Channel, DeliveryError
from pipeline.deliver.resolve import found
from pipeline.deliver.values import key_of, part_of
from pipeline.models import Delivery, DeliveryState

log = logging.getLogger(__name__)

GROWS = 3
"""Each wait is this share of the time since the send: soon at first, then ever more seldom."""
LONGEST = timedelta(minutes=30)
"""What a service has not shown by then it will not show: the row is a person's."""
SOONEST = timedelta(seconds=10)


def ask(channels: Mapping[str, Channel], now: datetime, real_now: datetime) -> int:
    """Ask about what is in doubt and due to be asked; returns how many were found.

    That a message is not to be seen proves nothing, for it may be on its way: it is never sent again
    because of that. `now` is business time.
    """
    rows = Delivery.objects.filter(
        state=DeliveryState.UNCERTAIN, channel__in=channels, wake_at__lte=real_now
    ).order_by("id")
    return sum(_ask(channels[row.channel], row, now, real_now) for row in rows)


def _ask(channel: Channel, row: Delivery, now: datetime, real_now: datetime) -> bool:
    if row.claimed_at is None:
        raise ValueError(f"delivery {row.id} is in doubt and was never claimed")
    if not channel.asks:
        # What was stopped in the queue came here unseen by its channel: it is a person's at once.
        _next(row, None)
        return False
    try:
        receipt = channel.find(part_of(row), target=row.target, key=key_of(row), since=row.claimed_at)
    except DeliveryError as error:
        log.warning("delivery %d is in doubt, and %s cannot be asked: %s", row.id, channel.id, error)
        receipt = None
    if receipt is not None and found(row, receipt, now):
        return True
    age = real_now - row.claimed_at
    _next(row, real_now + max(age / GROWS, SOONEST) if age < LONGEST else None)
    return False


def _next(row: Delivery, again: datetime | None) -> None:
    Delivery.objects.filter(id=row.id, fence=row.fence, state=DeliveryState.UNCERTAIN).update(wake_at=again)
