"""The ledger put in order between sends: what a dead worker held, what is no longer wanted, what is late.

What dies between `claim` and `settle` is put back in the queue where sending twice does no harm, otherwise
it is `uncertain`, which only a person can end, or the channel's own word where it can be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from channels.base import Channel
from pipeline.audit import Act, one_at_a_time, record
from pipeline.deliver import broadcasts, outbox
from pipeline.deliver.by_hand import PERSON, lift_empty
from pipeline.deliver.cluster import wake
from pipeline.deliver.values import part_of
from pipeline.models import BEGUN, Article, Delivery, DeliveryState, Errand, State
from pipeline.rows import write_back


def sweep(
    channels: Mapping[str, Channel], is_dead: Callable[[str], bool], real_now: datetime
) -> tuple[int, int]:
    """Take over what dead workers left in `sending`: how many were requeued, how many are in doubt.

    What went back to the queue although its article was withdrawn, held or reworded leaves it.
    """
    broadcasts.sweep(real_now)
    with transaction.atomic():
        one_at_a_time(2)
        rows = Delivery.objects.filter(state=DeliveryState.SENDING).exclude(owner__startswith=PERSON)
        owners = set(rows.values_list("owner", flat=True).distinct())
        lost = rows.filter(
            Q(lease_until__lt=real_now) | Q(owner__in=[owner for owner in owners if is_dead(owner)])
        )
        safe: list[Delivery] = []
        doubtful: list[Delivery] = []
        for row in lost:
            channel = channels.get(row.channel)
            again = channel is not None and channel.repeatable(part_of(row).content)
            (safe if again or row.checkpoint is not None else doubtful).append(row)
            row.lease_until = None
            row.wake_at = real_now if channel is not None and channel.asks else None
        for row in safe:
            row.state, row.wake_at = DeliveryState.QUEUED, None
            outbox.lose(row, channels.get(row.channel))
        why = "Chương trình dừng giữa lúc gửi: không rõ bài đã đến nơi chưa."
        for row in doubtful:
            row.state, row.error = DeliveryState.UNCERTAIN, why
        write_back([*safe, *doubtful], ("state", "error", "lease_until", "wake_at", "receipt"))
        _recall()
        _give_up_withdrawals(channels)
        lift_empty(channel.id for channel in channels.values() if channel.by_hand)
        record(*(Act("loa", DeliveryState.UNCERTAIN, f"delivery:{row.id}", note=why) for row in doubtful))
    return len(safe), len(doubtful)


def _give_up_withdrawals(channels: Collection[str]) -> None:
    """What stands on a channel that this office has no more is for a person to take down."""
    stuck = Delivery.objects.filter(errand=Errand.WITHDRAW, state=DeliveryState.QUEUED)
    why = "Kênh không còn trong cấu hình: Loa không gỡ được."
    stuck.exclude(channel__in=channels).update(state=DeliveryState.FAILED, error=why)


def _recall() -> None:
    queued = Delivery.objects.filter(state=DeliveryState.QUEUED)
    gone = queued.filter(article__state=State.WITHDRAWN).exclude(errand=Errand.WITHDRAW)
    outbox.take_out(gone, DeliveryState.WITHDRAWN)
    outbox.take_out(queued.exclude(outbox.wanted()), DeliveryState.SUPERSEDED)


def retime(rows: Iterable[tuple[Delivery, datetime, datetime]]) -> None:
    """Move queued rows to their next window: `(row, due_at, closes_at)`."""
    for row, due_at, closes_at in rows:
        Delivery.objects.filter(id=row.id, state=DeliveryState.QUEUED).update(
            due_at=due_at, closes_at=closes_at
        )


def unbegun(article: Article, channel: str) -> QuerySet[Delivery]:
    """The queued parts of its post to a channel, where no reader can have any of it yet."""
    rows = Delivery.objects.filter(article=article, revision=article.published, channel=channel)
    waiting = rows.filter(
        state=DeliveryState.QUEUED, errand=Errand.POST, receipt__isnull=True, checkpoint__isnull=True
    )
    return waiting.none() if rows.filter(state__in=BEGUN).exists() else waiting.order_by("part")


def move(article: Article, channel: str, due_at: datetime, closes_at: datetime, now: datetime) -> int:
    """Give a post that has not begun another time; how many parts. Call it in a transaction."""
    one_at_a_time(2)
    moved = Delivery.objects.filter(id__in=list(unbegun(article, channel).values_list("id", flat=True)))
    count = moved.update(due_at=due_at, closes_at=closes_at)
    wake([due_at] * count, now)
    return count


def drop(row: Delivery, because: str) -> None:
    """Take a queued row out of the queue for good."""
    queued = Delivery.objects.filter(id=row.id, state=DeliveryState.QUEUED)
    outbox.take_out(queued, DeliveryState.SUPERSEDED, because)


def late(now: datetime) -> QuerySet[Delivery]:
    """Queued rows whose window closed before they could go."""
    return Delivery.objects.filter(state=DeliveryState.QUEUED, due_at__lte=now, closes_at__lt=now)
