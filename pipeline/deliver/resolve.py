"""The last word on a delivery that Loa cannot settle by itself: a person's, or the channel's own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from channels.base import Receipt
from pipeline.audit import Act, record
from pipeline.deliver.standing import must_come_down, taken_back
from pipeline.models import Delivery, DeliveryState, Errand, State

SETTLES = timedelta(minutes=2)
"""A service that can be asked may show only then what it took: Zalo works on an article for half a minute."""


class NotResolvable(Exception):
    """The delivery is not one that a person may decide about; `str()` says why, in Vietnamese."""


class Word(StrEnum):
    """What a person says of a delivery in doubt, or refused."""

    SENT = "sent"
    """It is there."""
    RESEND = "resend"
    """It is not there: send it again."""
    DROP = "drop"
    """It is not there, and need not be."""


def resolve(delivery: int, who: str, word: Word, *, now: datetime, real_now: datetime, url: str = "") -> None:
    """Settle an uncertain or failed row by a person's word.

    `now` is business time, `real_now` that of the machine; `url` is where it stands. Raises `NotResolvable`.
    """
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(id=delivery).first()
        if row is None:
            raise NotResolvable(f"Không có lượt gửi số {delivery}.")
        if row.state not in (DeliveryState.UNCERTAIN, DeliveryState.FAILED):
            raise NotResolvable(f"Lượt gửi {delivery} đang ở trạng thái “{row.state}”, không cần xử lý.")
        if word is not Word.SENT:
            _must_have_settled(row, real_now)
        before = {"state": row.state, "error": row.error}
        match word:
            case Word.SENT:
                must_be_its_own(row, url)
                row.state, row.sent_at, row.url = DeliveryState.SENT, now, url
                row.receipt = {"ref": "", "url": url or None, "by": who}
            case Word.RESEND:
                if why := why_not_again(row):
                    raise NotResolvable(f"Bài của lượt gửi {row.id} {why}: không gửi lại.")
                row.state, row.checkpoint, row.receipt = DeliveryState.QUEUED, None, None
            case Word.DROP:
                gone = row.article.state == State.WITHDRAWN and row.errand != Errand.WITHDRAW
                row.state = DeliveryState.WITHDRAWN if gone else DeliveryState.SUPERSEDED
                row.checkpoint = row.receipt = None
                _drop_the_rest(row)
        row.error, row.lease_until, row.wake_at = "", None, None
        row.save()
        if word is Word.SENT and row.errand == Errand.WITHDRAW:
            taken_back(row)
        record(Act(who, "resolve", f"delivery:{delivery}", before, {"state": row.state, "url": url}))


def _must_have_settled(row: Delivery, real_now: datetime) -> None:
    """That it is not to be seen says nothing while the service may still be at work on it."""
    asked = row.state == DeliveryState.UNCERTAIN and row.wake_at is not None
    if not asked or row.claimed_at is None:
        return
    left = row.claimed_at + SETTLES - real_now
    # A clock that was put back must not hold a person up for ever.
    if timedelta(0) < left <= SETTLES:
        raise NotResolvable(
            f"Lượt gửi {row.id} vừa gửi, nơi nhận có thể còn đang xử lý: xin xem lại sau"
            f" {max(1, round(left.total_seconds()))} giây."
        )


def must_be_its_own(row: Delivery, url: str) -> None:
    """An address by which a later withdrawal may delete: it must not be another article's."""
    if url and not url.startswith(("https://", "http://")):
        raise NotResolvable("Địa chỉ phải bắt đầu bằng https:// hoặc http://.")
    others = Delivery.objects.filter(channel=row.channel, url=url).exclude(article=row.article_id)
    if url and (other := others.select_related("revision").first()):
        raise NotResolvable(
            f"Địa chỉ này là của bài “{other.revision.title}”: hãy chép địa chỉ của đúng tin này."
        )


def _drop_the_rest(row: Delivery) -> None:
    """The later parts of the same post, which wait for what will never come and say little alone."""
    Delivery.objects.filter(
        revision=row.revision_id,
        channel=row.channel,
        target=row.target,
        errand=row.errand,
        part__gt=row.part,
        state=DeliveryState.QUEUED,
    ).exclude(errand=Errand.WITHDRAW).update(state=DeliveryState.SUPERSEDED)


def why_not_again(row: Delivery) -> str:
    """Why this must not be sent again, as words about its article in Vietnamese; empty where it may."""
    article = row.article
    held = bool(article.stopped) and article.current_id == row.revision_id
    approved = article.published_id == row.revision_id and (
        # An approved correction goes on while newer words wait for a person, or were declined.
        article.state == State.APPROVED or (row.errand == Errand.CORRECT and not held)
    )
    if row.errand == Errand.WITHDRAW:
        return ""
    if article.state == State.WITHDRAWN:
        return "đã gỡ"
    return "" if approved else "đang giữ, hoặc đã có bản khác"


def taken_down(delivery: int, who: str, pulled: Collection[str]) -> None:
    """A person's word that what a withdrawal left standing has been removed where it stood."""
    with transaction.atomic():
        row = must_come_down(pulled).select_for_update(of=("self",)).filter(id=delivery).first()
        if row is None:
            raise NotResolvable(f"Lượt gửi {delivery} không nằm trong danh sách phải gỡ bằng tay.")
        before = {"state": row.state}
        row.state = DeliveryState.WITHDRAWN
        row.save(update_fields=["state"])
        there = {"article": row.article_id, "channel": row.channel, "target": row.target}
        if not must_come_down(pulled).filter(**there).exists():
            failed = Delivery.objects.filter(**there, errand=Errand.WITHDRAW, state=DeliveryState.FAILED)
            failed.update(state=DeliveryState.SUPERSEDED)
        record(Act(who, "taken-down", f"delivery:{delivery}", before=before, after={"state": row.state}))


def found(row: Delivery, receipt: Receipt, now: datetime) -> bool:
    """The channel itself shows what was in doubt; False where that message is another delivery's."""
    with transaction.atomic():
        same = Delivery.objects.filter(channel=row.channel, receipt__ref=receipt.ref).exclude(id=row.id)
        if same.exists():
            return False
        settled = Delivery.objects.filter(id=row.id, fence=row.fence, state=DeliveryState.UNCERTAIN).update(
            state=DeliveryState.SENT,
            error="",
            wake_at=None,
            receipt={"ref": receipt.ref, "url": receipt.url, **receipt.detail},
            url=receipt.url or "",
            sent_at=now,
        )
        if settled:
            record(Act("loa", "found", f"delivery:{row.id}", after={"ref": receipt.ref, "url": receipt.url}))
    return bool(settled)
