"""After a restore: every channel is paused until a person has said what had already gone out.

The snapshot knows nothing of what was sent after it: those rows look queued, and what was collected
after it comes again as new. Only people, and the channels themselves, know better.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from pipeline.audit import Act, record
from pipeline.deliver.pauses import pause
from pipeline.deliver.resolve import NotResolvable
from pipeline.deliver.standing import taken_back
from pipeline.models import ChannelState, Delivery, DeliveryState, Errand, OfficeFact

FACT = "restored"


@dataclass(frozen=True)
class Restored:
    """A restore that is not over: some channel has not been resumed since."""

    snapshot: datetime
    """The office's time at which the backup was begun."""
    last: int
    """The number of the newest delivery in it: what is beyond was made after the restore."""
    channels: tuple[str, ...]
    """Those that have not been resumed."""

    def may_be_out(self) -> Q:
        """Deliveries that may have gone out after the snapshot: what was collected since came again as new.

        A correction or a withdrawal that was decided after the restore cannot have gone out before it.
        """
        return Q(channel__in=self.channels) & (Q(errand=Errand.POST) | Q(id__lte=self.last))


def begin(channels: Iterable[str], snapshot: datetime, reason: str, who: str, real_now: datetime) -> None:
    """Pause these, before anything of a restored office can be claimed; `reason` is in Vietnamese."""
    with transaction.atomic():
        last = Delivery.objects.aggregate(last=Max("id"))["last"] or 0
        said: dict[str, object] = {
            "snapshot": snapshot.isoformat(),
            "last": last,
            "reason": reason,
            "seen": [],
        }
        OfficeFact.objects.update_or_create(name=FACT, defaults={"value": json.dumps(said)})
        record(Act(who, "restore", "office", after={"snapshot": snapshot.isoformat()}, note=reason))
        pause_newcomers(channels, real_now, who)


def pause_newcomers(channels: Iterable[str], real_now: datetime, who: str = "restore") -> None:
    """Until the restore is over, a channel that schedule.yaml has come to name since waits too.

    Over it is when the last of the channels has been resumed; then this does nothing any more.
    """
    fact = OfficeFact.objects.filter(name=FACT).first()
    if fact is None:
        return
    said = json.loads(fact.value)
    with transaction.atomic():
        if said["seen"] and not _paused(said["seen"]).exists():
            OfficeFact.objects.filter(name=FACT).delete()
            return
        for channel in sorted(set(channels) - set(said["seen"])):
            pause(channel, "", said["reason"], who, real_now)
            said["seen"].append(channel)
        OfficeFact.objects.filter(name=FACT).update(value=json.dumps(said))


def _paused(channels: Collection[str]) -> QuerySet[ChannelState]:
    return ChannelState.objects.filter(channel__in=channels, target="", paused=True)


def standing() -> Restored | None:
    """The restore that is not over, or None."""
    fact = OfficeFact.objects.filter(name=FACT).first()
    if fact is None:
        return None
    said = json.loads(fact.value)
    channels = tuple(_paused(said["seen"]).order_by("channel").values_list("channel", flat=True))
    snapshot = datetime.fromisoformat(said["snapshot"])
    return Restored(snapshot, said["last"], channels) if channels else None


def in_question(now: datetime) -> QuerySet[Delivery]:
    """What may have gone out since the snapshot: due by now (business time), or then under way."""
    due = Q(state=DeliveryState.QUEUED, due_at__lte=now)
    under_way = Q(state__in=(DeliveryState.SENDING, DeliveryState.UNCERTAIN))
    return Delivery.objects.filter(due | under_way).order_by("channel", "due_at", "id")


def waiting(channel: str) -> int:
    """How many queued rows this channel's resuming would let out, where a restore still stops it."""
    restore = standing()
    if restore is None or channel not in restore.channels:
        return 0
    return Delivery.objects.filter(channel=channel, state=DeliveryState.QUEUED).count()


def already_sent(channel: str, deliveries: Collection[int], who: str, now: datetime) -> int:
    """A person's word that these queued rows had gone out before the restore; returns how many there were.

    Only while the restore's pause of that channel stands. Raises `NotResolvable`, and then none is changed.
    """
    with transaction.atomic():
        restore = standing()
        if restore is None or channel not in restore.channels:
            raise NotResolvable(f"Kênh {channel} không đang tạm dừng vì khôi phục: không đánh dấu được.")
        rows = list(Delivery.objects.select_for_update().filter(id__in=deliveries).order_by("id"))
        if unknown := sorted(set(deliveries) - {row.id for row in rows}):
            raise NotResolvable(f"Không có lượt gửi số {unknown[0]}.")
        for row in rows:
            if row.channel != channel:
                raise NotResolvable(f"Lượt gửi {row.id} thuộc kênh {row.channel}, không phải {channel}.")
            if row.errand != Errand.POST and row.id > restore.last:
                # Decided after the restore, so it cannot have gone out before.
                raise NotResolvable(
                    f"Lượt gửi {row.id} là việc gỡ hoặc đính chính: để nó chạy khi kênh chạy lại."
                )
            if row.state != DeliveryState.QUEUED:
                raise NotResolvable(
                    f"Lượt gửi {row.id} đang ở trạng thái “{row.state}”, không phải đang chờ."
                )
            row.state, row.sent_at, row.error = DeliveryState.SENT, now, ""
            row.receipt = {"ref": "", "url": None, "by": who}
            row.save(update_fields=["state", "sent_at", "error", "receipt"])
            if row.errand == Errand.WITHDRAW:
                taken_back(row)
        before, after = {"state": DeliveryState.QUEUED}, {"state": DeliveryState.SENT}
        record(*(Act(who, "already-sent", f"delivery:{row.id}", before, after) for row in rows))
    return len(rows)
