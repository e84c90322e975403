"""Broadcasts: sent once by a person's confirmed act, in doubt after a silent answer, ended only by a word.

As with deliveries the intent is committed before the first network byte, and confirmed after the last. Here
nothing can be asked and nothing repeated: who dies in between leaves a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from channels.base import DeliveryError, Uncertain
from channels.zalo.errors import in_window
from pipeline.audit import Act, one_at_a_time, record
from pipeline.deliver.resolve import NotResolvable
from pipeline.models import Broadcast, BroadcastState, ChannelState, Delivery, DeliveryState, Errand, State

MOST = 5
"""Articles in one broadcast (docs.zaloplatforms.com, OA, broadcast)."""
CHOICE = 30
"""Articles that a person chooses among."""
LOST = timedelta(minutes=3)
"""Longer than any call lasts: what is still `sending` then was left by a process that died."""

OPEN = (BroadcastState.SENDING, BroadcastState.UNCERTAIN)
SPENT = (*OPEN, BroadcastState.SENT)
"""What counts against the month's number."""


class NotNow(Exception):
    """A broadcast that may not be sent now; `str()` says why, in plain Vietnamese."""


@dataclass(frozen=True)
class Choice:
    """One article that stands on the account; `ref` is its id there."""

    article: int
    title: str
    ref: str


def choices(channel: str) -> list[Choice]:
    """The approved articles that stand on this account, the newest first."""
    rows = (
        Delivery.objects.filter(channel=channel, state=DeliveryState.SENT)
        .exclude(errand=Errand.WITHDRAW)
        .select_related("revision", "article")
        .only("article__state", "receipt", "revision__title")
        .order_by("-sent_at")[: 2 * CHOICE]
    )
    found: dict[int, Choice] = {}
    for row in sorted(rows, key=lambda row: row.id, reverse=True):
        # The article's state is compared here, or SQLite would go through all that were ever sent.
        if row.article.state == State.APPROVED and (ref := (row.receipt or {}).get("ref")):
            found.setdefault(row.article_id, Choice(row.article_id, row.revision.title, ref))
    return list(found.values())[:CHOICE]


def spent(channel: str, now: datetime) -> int:
    """How many were sent, or may have been, in the month of `now` (in the office's zone)."""
    begins = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Broadcast.objects.filter(channel=channel, at__gte=begins, state__in=SPENT).count()


def why_not(channel: str, allowed: int, now: datetime) -> str:
    """Why nothing may be broadcast at `now` (in the office's zone), in Vietnamese; empty where it may."""
    if ChannelState.objects.filter(channel=channel, target="", paused=True).exists():
        return "Kênh đang tạm dừng."
    if Broadcast.objects.filter(channel=channel, state__in=OPEN).exists():
        return "Lượt gửi trước chưa có kết quả: hãy trả lời lượt đó trước."
    if spent(channel, now) >= allowed:
        return "Đã hết số lượt gửi của tháng này."
    if not in_window(now):
        return "Zalo chỉ chuyển tin gửi loạt từ 06:00 đến 21:59."
    return ""


def begin(
    key: str,
    channel: str,
    chosen: Sequence[Choice],
    allowed: int,
    who: str,
    *,
    now: datetime,
    real_now: datetime,
) -> Broadcast:
    """Commit the intent, once for each `key`. Raises `NotNow`; `now` is in the office's zone."""
    with transaction.atomic():
        one_at_a_time(2)
        if Broadcast.objects.filter(key=key).exists():
            raise NotNow("Lượt gửi này đã được bấm rồi, không gửi lần nữa.")
        if why := why_not(channel, allowed, now):
            raise NotNow(why)
        articles = [asdict(each) for each in chosen]
        row = Broadcast.objects.create(
            key=key, channel=channel, articles=articles, who=who, at=now, started_at=real_now
        )
        record(Act(who, "broadcast", _subject(row), after={"channel": channel, "articles": articles}))
    return row


def settle(row: Broadcast, outcome: str | DeliveryError) -> None:
    """Write what the call came to: the message's id, or the error. What was ended meanwhile stays ended."""
    if isinstance(outcome, str):
        values = {"state": BroadcastState.SENT, "message": outcome, "error": ""}
    else:
        doubt = isinstance(outcome, Uncertain)
        state = BroadcastState.UNCERTAIN if doubt else BroadcastState.FAILED
        values = {"state": state, "error": str(outcome)}
    with transaction.atomic():
        if Broadcast.objects.filter(id=row.id, state__in=OPEN).update(**values):
            record(Act("loa", f"broadcast-{values['state']}", _subject(row), after=values))
    row.refresh_from_db()


def sweep(real_now: datetime) -> int:
    """What a dead process left is in doubt; returns how many."""
    why = "Chương trình dừng giữa lúc gửi: không rõ Zalo đã nhận chưa."
    with transaction.atomic():
        rows = Broadcast.objects.select_for_update().filter(
            state=BroadcastState.SENDING, started_at__lt=real_now - LOST
        )
        lost = list(rows)
        rows.update(state=BroadcastState.UNCERTAIN, error=why)
        record(*(Act("loa", "broadcast-uncertain", _subject(row), note=why) for row in lost))
    return len(lost)


def answer(broadcast: int, who: str, *, sent: bool) -> None:
    """A person's word on one in doubt. Raises `NotResolvable`."""
    state = BroadcastState.SENT if sent else BroadcastState.FAILED
    with transaction.atomic():
        row = Broadcast.objects.select_for_update().filter(id=broadcast).first()
        if row is None or row.state != BroadcastState.UNCERTAIN:
            raise NotResolvable("Lượt gửi này không chờ ai trả lời.")
        row.state, row.error = state, ""
        row.save(update_fields=["state", "error"])
        record(Act(who, "resolve", _subject(row), {"state": BroadcastState.UNCERTAIN}, {"state": state}))


def recent(channel: str) -> QuerySet[Broadcast]:
    """The newest first."""
    return Broadcast.objects.filter(channel=channel).order_by("-id")


def _subject(row: Broadcast) -> str:
    return f"broadcast:{row.id}"
