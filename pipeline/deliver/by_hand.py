"""Cards: deliveries that a person carries out, from the moment they are taken to that person's word.

A card waits in the queue like every row, behind the same windows, pauses and predecessors, but no worker
claims it. Who takes it holds it in `sending`, without a lease: readers may have it from then on, so that a
correction or a withdrawal waits for the word, and nobody else posts it meanwhile. No clock ends that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from pipeline.audit import Act, one_at_a_time, record
from pipeline.deliver.choice import without
from pipeline.deliver.outbox import CLAIMED, due
from pipeline.deliver.resolve import NotResolvable, must_be_its_own
from pipeline.deliver.standing import receipts, taken_back
from pipeline.models import ChannelState, Delivery, DeliveryState, Errand

PERSON = "person:"
"""What the owner of a taken card begins with; no worker is called so."""

GONE = "Thẻ này không còn chờ: đã có người nhận, đã xong, kênh tạm dừng, hoặc bài đã đổi."


def offered(channels: Collection[str], now: datetime, real_now: datetime) -> QuerySet[Delivery]:
    """The cards of these channels that may be taken now, the most urgent first."""
    paused = ChannelState.objects.filter(channel__in=channels, paused=True)
    rows = due(now, real_now).filter(channel__in=channels).filter(Q(expires_at=None) | Q(expires_at__gt=now))
    return without(rows, set(paused.values_list("channel", "target")))


def taken(channels: Collection[str]) -> QuerySet[Delivery]:
    """The cards that people hold, the oldest first."""
    held = Delivery.objects.filter(channel__in=channels, state=DeliveryState.SENDING)
    return held.filter(owner__startswith=PERSON).order_by("claimed_at", "id")


def holder(row: Delivery) -> str:
    """Who holds it; empty where no person does."""
    held = row.state == DeliveryState.SENDING and row.owner.startswith(PERSON)
    return row.owner.removeprefix(PERSON) if held else ""


def take(delivery: int, channels: Collection[str], who: str, *, now: datetime, real_now: datetime) -> None:
    """Let one person have a card. Raises `NotResolvable` where it cannot be had."""
    with transaction.atomic():
        one_at_a_time(2)
        row = offered(channels, now, real_now).select_for_update(of=("self",)).filter(id=delivery).first()
        if row is None:
            raise NotResolvable(GONE)
        row.state, row.fence, row.attempts = DeliveryState.SENDING, row.fence + 1, row.attempts + 1
        row.owner, row.claimed_at, row.lease_until = f"{PERSON}{who}", real_now, None
        row.save(update_fields=CLAIMED)
        record(Act(who, "card-taken", f"delivery:{delivery}"))


def done(delivery: int, who: str, url: str, now: datetime) -> None:
    """A person's word that it is carried out; `url` is where it stands, empty where the place has none."""
    with transaction.atomic():
        row = _held(delivery)
        must_be_its_own(row, url)
        row.state, row.sent_at, row.url, row.error = DeliveryState.SENT, now, url, ""
        row.receipt = {"ref": "", "url": url or None, "by": who}
        row.save(update_fields=["state", "sent_at", "url", "error", "receipt"])
        if row.errand == Errand.WITHDRAW:
            taken_back(row)
        record(Act(who, "card-done", f"delivery:{delivery}", after={"url": url}))


def give_back(delivery: int, who: str) -> None:
    """Nothing was done: the card waits for somebody again."""
    with transaction.atomic():
        row = _held(delivery)
        row.state, row.owner = DeliveryState.QUEUED, ""
        row.save(update_fields=["state", "owner"])
        record(Act(who, "card-back", f"delivery:{delivery}"))


def drop(delivery: int, who: str, reason: str) -> None:
    """Nothing was done, nor will be, for this reason.

    A post is over. Where readers have something that should be put right or taken back, the row has failed
    and goes on asking for somebody's answer.
    """
    with transaction.atomic():
        row = _held(delivery)
        over = row.errand == Errand.POST
        row.state = DeliveryState.SUPERSEDED if over else DeliveryState.FAILED
        row.owner, row.error = "", reason
        row.save(update_fields=["state", "owner", "error"])
        record(Act(who, "card-dropped", f"delivery:{delivery}", after={"state": row.state}, note=reason))


def lift_empty(channels: Iterable[str]) -> int:
    """End the withdrawals that have nothing left to take down; returns how many."""
    queued = Delivery.objects.filter(
        channel__in=list(channels), errand=Errand.WITHDRAW, state=DeliveryState.QUEUED
    )
    settled = list(queued.exclude(after__state__in=(DeliveryState.SENDING, DeliveryState.UNCERTAIN)))
    stands = receipts(settled)
    empty = [row.id for row in settled if not stands[row.id]]
    return queued.filter(id__in=empty).update(state=DeliveryState.SUPERSEDED)


def _held(delivery: int) -> Delivery:
    row = Delivery.objects.select_for_update().filter(id=delivery).first()
    if row is None or not holder(row):
        raise NotResolvable(
            "Thẻ này không còn trong tay ai: có thể người khác vừa trả lời. Xin tải lại trang."
        )
    return row
