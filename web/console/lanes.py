"""An article's deliveries by channel, so that what went through and what is left is seen at a glance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.models import Delivery, DeliveryState, Errand
from web.console.deeds import in_order

GRAVEST_FIRST = (
    DeliveryState.FAILED,
    DeliveryState.UNCERTAIN,
    DeliveryState.SENDING,
    DeliveryState.QUEUED,
)
"""The states of what is not over yet."""


@dataclass(frozen=True)
class Lane:
    """What one channel carried, and what was done to it there, in the order of time."""

    channel: str
    rows: tuple[Delivery, ...]
    by_hand: bool
    """Something of a withdrawn article is left there that only a person can take down."""

    @property
    def state(self) -> str:
        """What is open there, the gravest first; where nothing is, how the last thing ended."""
        return state_of(self.rows)


def state_of(rows: Sequence[Delivery]) -> str:
    """What is open of these, the gravest first; where nothing is, how the last of them ended."""
    last = rows[-1]
    ended = last.state
    if last.errand == Errand.WITHDRAW and last.state == DeliveryState.SENT:
        ended = DeliveryState.WITHDRAWN
    there = {row.state for row in rows}
    return next((state for state in GRAVEST_FIRST if state in there), ended)


def lanes(
    rows: Iterable[Delivery], names: Mapping[str, str], by_hand: Collection[int] = ()
) -> tuple[Lane, ...]:
    """One for each channel, in the order of the office's own list; `by_hand` are ids of deliveries."""
    order = list(names)
    found = sorted(rows, key=lambda row: (_place(order, row.channel), row.channel))
    return tuple(
        Lane(channel, tuple(in_order(list(group))), any(row.id in by_hand for row in group))
        for channel, group in ((c, list(g)) for c, g in groupby(found, key=lambda row: row.channel))
    )


def _place(order: list[str], channel: str) -> int:
    return order.index(channel) if channel in order else len(order)
