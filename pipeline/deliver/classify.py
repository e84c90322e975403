"""What the ledger writes after a try: the outcome of a send gives a verdict, purely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.base import (
    CannotChange,
    DeliveryError,
    NeedsHuman,
    NotSent,
    Receipt,
    Rejected,
    RetryLater,
    Scope,
    TargetMoved,
)
from pipeline.deliver.values import NotBegun
from pipeline.models import DeliveryState

Outcome = Receipt | DeliveryError

FIRST_BACKOFF = timedelta(seconds=30)
LONGEST_BACKOFF = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)
"""What a service may ask for at most; a wait that ends later was written by a clock that was ahead."""


@dataclass(frozen=True)
class Verdict:
    """The new state of one row, and what it means for others of the same target or channel.

    `wake_at` is real time. `waits` keeps everything of that scope until `wake_at`; `stops` pauses
    that scope until a person resumes it. `tried` says whether the try counts as an attempt.
    """

    state: DeliveryState
    error: str = ""
    wake_at: datetime | None = None
    waits: Scope | None = None
    stops: Scope | None = None
    moved_to: str = ""
    tried: bool = True
    other_way: bool = False
    """Go on with what the part says instead."""


def classify(
    outcome: Outcome,
    *,
    attempts: int,
    repeatable: bool,
    resumable: bool,
    now: datetime,
    other_way: bool = False,
) -> Verdict:
    """`attempts` counts the tries before this one; `resumable` rows have a checkpoint to go on from.

    `other_way`: the part says what to send instead.

    The rules are those of the project's facts on delivery: a 429 waits and uses up no attempt; only
    what was certainly not accepted is tried again by itself; everything else reaches a person.
    """
    message = str(outcome)
    match outcome:
        case Receipt():
            return Verdict(DeliveryState.SENT)
        case NotBegun():
            return Verdict(DeliveryState.QUEUED, tried=False)
        case TargetMoved():
            return Verdict(DeliveryState.QUEUED, message, now, moved_to=outcome.target, tried=False)
        case NotSent():
            return Verdict(DeliveryState.QUEUED, message, now + backoff(attempts))
        case RetryLater():
            wake = now + timedelta(seconds=min(max(outcome.seconds, 1.0), LONGEST_WAIT.total_seconds()))
            return Verdict(
                DeliveryState.QUEUED, message, wake, waits=None if resumable else outcome.scope, tried=False
            )
        case CannotChange() if other_way:
            return Verdict(DeliveryState.QUEUED, message, tried=False, other_way=True)
        case Rejected():
            return Verdict(DeliveryState.FAILED, message)
        case NeedsHuman():
            return Verdict(DeliveryState.QUEUED, message, stops=outcome.scope, tried=False)
        case _ if repeatable or resumable:
            return Verdict(DeliveryState.QUEUED, message, now + backoff(attempts))
        case _:
            return Verdict(DeliveryState.UNCERTAIN, message)


def backoff(attempts: int) -> timedelta:
    """Doubles from half a minute to an hour, for ever: a service that comes back finds its posts."""
    return min(FIRST_BACKOFF * float(2 ** min(attempts, 12)), LONGEST_BACKOFF)
