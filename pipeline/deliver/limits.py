"""Rate limits, counted in the ledger itself: what was claimed in the last seconds, by whichever process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from channels.base import Channel, Limit
from pipeline.models import Delivery


class Paces:
    """What the limits still allow at one instant; lives for one claim."""

    def __init__(self, channels: Mapping[str, Channel], room: Mapping[str, int], real_now: datetime) -> None:
        """`room`: how many more sends each channel may have in hand; one that is not named has all."""
        self._channels = channels
        self._room = dict(room)
        self._now = real_now
        self._left: dict[tuple[str, str, Limit], int] = {}
        self.exhausted: set[tuple[str, str]] = set()
        """(channel, target) that may take nothing now; the target is empty for a whole channel."""
        self.free_at: datetime | None = None
        """The earliest instant at which something exhausted may go on."""

    def take(self, channel: str, target: str) -> bool:
        """Use up one send if every limit allows it."""
        if self._room.get(channel, 1) <= 0:
            self.exhausted.add((channel, ""))
            return False
        keys = [
            (channel, target if limit.scope == "target" else "", limit)
            for limit in self._channels[channel].limits
        ]
        spent = [key for key in keys if self._allowance(*key) <= 0]
        for key in spent:
            self._exhaust(*key)
        if spent:
            return False
        for key in keys:
            self._left[key] -= 1
        if channel in self._room:
            self._room[channel] -= 1
        return True

    def _allowance(self, channel: str, target: str, limit: Limit) -> int:
        key = (channel, target, limit)
        if key not in self._left:
            self._left[key] = limit.count - self._recent(channel, target, limit).count()
        return self._left[key]

    def _recent(self, channel: str, target: str, limit: Limit) -> QuerySet[Delivery]:
        since = self._now - timedelta(seconds=limit.seconds)
        rows = Delivery.objects.filter(channel=channel, claimed_at__gt=since, claimed_at__lte=self._now)
        return rows.filter(target=target) if target else rows

    def _exhaust(self, channel: str, target: str, limit: Limit) -> None:
        self.exhausted.add((channel, target))
        oldest = (
            self._recent(channel, target, limit)
            .order_by("claimed_at")
            .values_list("claimed_at", flat=True)
            .first()
        )
        free_at = (oldest or self._now) + timedelta(seconds=limit.seconds)
        self.free_at = free_at if self.free_at is None else min(self.free_at, free_at)
