"""The only writer of a delivery's state: enqueue, claim, settle, sweep, resolve, withdraw.

Every send is bracketed by two transactions. `claim` commits the intent (`sending`, a higher fence, a
lease) before the first network byte; `settle` confirms it only under the same fence. What dies in
between is found by `sweep`: put back in the queue where sending twice does no harm, otherwise
`uncertain`, which only a person can end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from channels.base import Channel, Part, Receipt
from pipeline.audit import Act, one_at_a_time, record
from pipeline.deliver.classify import LONGEST_WAIT, Outcome, classify
from pipeline.deliver.limits import Paces
from pipeline.deliver.values import Claimed as Claimed
from pipeline.deliver.values import Claims as Claims
from pipeline.deliver.values import Post as Post
from pipeline.deliver.values import digest as digest
from pipeline.models import BEGUN, Article, ChannelState, Delivery, DeliveryState, Revision, State
from pipeline.rows import write_back

LEASE = timedelta(seconds=180)
"""Longer than any channel's hard deadline of 90 seconds."""

TAKEN_UP = (
    "parts", "content", "content_hash", "due_at", "closes_at", "expires_at", "priority", "after",
    "state", "error",
)  # fmt: skip
"""The fields that change when a superseded row is taken up, a queued one claimed, a sent one settled."""
CLAIMED = ("state", "fence", "attempts", "owner", "claimed_at", "lease_until")
SETTLED = ("state", "error", "wake_at", "lease_until", "receipt", "url", "sent_at", "attempts")


class NotResolvable(Exception):
    """The delivery is not one that a person may decide about; `str()` says why, in Vietnamese."""


def enqueue(revision: Revision, posts: Sequence[Post], now: datetime) -> None:
    """Write the rows of one approved revision; see `enqueue_all`."""
    enqueue_all([(revision, posts)], now)


def enqueue_all(frozen: Sequence[tuple[Revision, Sequence[Post]]], now: datetime) -> None:
    """Write the rows of approved revisions; call it in the transaction that approves.

    A post whose earlier attempt was superseded before anything went out is taken up again.
    """
    known = {_key(row): row for row in Delivery.objects.filter(revision__in=[r for r, _ in frozen])}
    made: list[tuple[Delivery, Delivery | None]] = []
    for revision, posts in frozen:
        last: dict[str | None, Delivery] = {}
        for post in sorted(posts, key=lambda post: post.waits_for is not None):
            after = last.get(post.waits_for)
            for part in post.parts:
                row = _row(revision, post, part, now)
                old = known.get(_key(row))
                if old is not None and old.state != DeliveryState.SUPERSEDED:
                    row = old
                else:
                    row.pk = old.pk if old is not None else None
                    made.append((row, after))
                last[post.channel] = after = row
    taken_up = [row for row, _ in made if row.pk]
    Delivery.objects.bulk_create(row for row, _ in made if not row.pk)
    # Only now has every row the number by which another one waits for it.
    for row, after in made:
        row.after = after
    write_back(taken_up, TAKEN_UP)
    write_back((row for row, after in made if after), ["after"])


def _key(row: Delivery) -> tuple[int, str, str, int]:
    return row.revision_id, row.channel, row.target, row.part


def _row(revision: Revision, post: Post, part: Part, now: datetime) -> Delivery:
    content = dict(part.content)
    return Delivery(
        article_id=revision.article_id,
        revision=revision,
        channel=post.channel,
        target=post.target,
        part=part.number,
        parts=part.total,
        content=content,
        content_hash=digest(content),
        due_at=post.due_at,
        closes_at=post.closes_at,
        expires_at=post.expires_at,
        priority=post.rank,
        created_at=now,
    )


def reached(articles: Collection[Article]) -> Mapping[int, Collection[str]]:
    """For each article's id the channels on which some revision of it has begun to go out."""
    found: dict[int, set[str]] = defaultdict(set)
    # The states are compared here, or SQLite would go through all that were ever sent.
    rows = Delivery.objects.filter(article__in=articles).values_list("article_id", "channel", "state")
    for article, channel, state in rows:
        if state in BEGUN:
            found[article].add(channel)
    return found


def _begun() -> Exists:
    """Whether a part of the same post has gone out, or may have."""
    return Exists(
        Delivery.objects.filter(revision=OuterRef("revision"), channel=OuterRef("channel"), state__in=BEGUN)
    )


def _wanted() -> Q:
    """What may still go out: the words that are approved now, and the rest of a post that has begun."""
    approved = Q(article__state=State.APPROVED, article__published=F("revision"))
    return approved | (~Q(article__state=State.WITHDRAWN) & Q(_begun()))


def supersede(*articles: Article) -> int:
    """Stop what has not begun of these; a post of which one part has gone is finished."""
    unsent = Q(state__in=(DeliveryState.QUEUED, DeliveryState.FAILED))
    return Delivery.objects.filter(unsent, ~_begun(), article__in=articles).update(
        state=DeliveryState.SUPERSEDED
    )


def withdraw(article: Article, pulled: Collection[str]) -> list[Delivery]:
    """Stop all that is unsent, take down what our own web shows, and list what a person must take down."""
    rows = Delivery.objects.filter(article=article)
    rows.filter(state=DeliveryState.QUEUED).update(state=DeliveryState.WITHDRAWN)
    rows.filter(state=DeliveryState.SENT, channel__in=pulled).update(state=DeliveryState.WITHDRAWN)
    return list(must_come_down(pulled).filter(article=article))


def must_come_down(pulled: Collection[str]) -> QuerySet[Delivery]:
    """What stands, or may stand, where only a person can remove it, of articles that were withdrawn."""
    return (
        Delivery.objects.filter(article__state=State.WITHDRAWN, state__in=BEGUN)
        .exclude(channel__in=pulled)
        .order_by("id")
    )


def claim(
    channels: Mapping[str, Channel],
    owner: str,
    most: int,
    *,
    now: datetime,
    real_now: datetime,
    room: Mapping[str, int] = MappingProxyType({}),
) -> Claims:
    """Commit the intent to send up to `most` due parts, the most urgent first.

    `now` is business time (due, window, expiry); `real_now` moves leases, limits and back-offs; `room`
    is how many more each channel may have in hand.
    """
    with transaction.atomic():
        one_at_a_time(2)
        _expire(now)
        known = {(state.channel, state.target): state for state in ChannelState.objects.all()}
        stopped = {where for where, state in known.items() if _stops(state, real_now)}
        paces = Paces(channels, room, real_now)
        chosen = _choose(channels, stopped, paces, most, now, real_now)
        for row in chosen:
            row.state, row.fence, row.attempts = DeliveryState.SENDING, row.fence + 1, row.attempts + 1
            row.owner, row.claimed_at, row.lease_until = owner, real_now, real_now + LEASE
        write_back(chosen, CLAIMED)
    moved = {where: state.moved_to for where, state in known.items() if state.moved_to}
    rows = tuple(_claimed(row, moved.get((row.channel, row.target), row.target)) for row in chosen)
    return Claims(rows, paces.free_at)


def _stops(state: ChannelState, real_now: datetime) -> bool:
    waits = state.wake_at is not None and real_now < state.wake_at <= real_now + LONGEST_WAIT
    return state.paused or waits


def _claimed(row: Delivery, address: str) -> Claimed:
    return Claimed(
        id=row.id,
        channel=row.channel,
        target=row.target,
        address=address,
        key=f"loa-{row.article_id}-{row.revision_id}-{row.channel}-{row.part}",
        part=Part(row.part, row.parts, row.content),
        fence=row.fence,
        attempts=row.attempts - 1,
        checkpoint=row.checkpoint,
    )


def _expire(now: datetime) -> None:
    Delivery.objects.filter(state=DeliveryState.QUEUED, expires_at__lte=now).update(
        state=DeliveryState.FAILED, error="Hết hiệu lực trước khi gửi được."
    )


def due(now: datetime, real_now: datetime) -> QuerySet[Delivery]:
    """Queued rows that are wanted, whose time has come, whose window is open, whose predecessor is sent."""
    return (
        Delivery.objects.filter(_wanted(), state=DeliveryState.QUEUED, due_at__lte=now)
        .filter(Q(closes_at=None) | Q(closes_at__gte=now))
        .filter(Q(wake_at=None) | Q(wake_at__lte=real_now) | Q(wake_at__gt=real_now + LONGEST_WAIT))
        .filter(Q(after=None) | Q(after__state=DeliveryState.SENT))
        .order_by("-priority", "due_at", "id")
    )


def _choose(
    channels: Mapping[str, Channel],
    stopped: Collection[tuple[str, str]],
    paces: Paces,
    most: int,
    now: datetime,
    real_now: datetime,
) -> list[Delivery]:
    """`stopped` holds (channel, target), the target empty for a whole channel."""
    rows = due(now, real_now).filter(channel__in=[c for c in channels if (c, "") not in stopped])
    for channel, target in stopped:
        rows = rows.exclude(channel=channel, target=target)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    chosen: list[Delivery] = []
    while len(chosen) < most:
        batch = list(rows.exclude(id__in=[row.id for row in chosen])[: most - len(chosen)])
        taken = [row for row in batch if paces.take(row.channel, row.target)]
        chosen += taken
        if len(taken) == len(batch):
            break
        for channel, target in paces.exhausted:
            rows = rows.exclude(channel=channel, **({"target": target} if target else {}))
    return chosen


def save_checkpoint(claimed: Claimed, value: Mapping[str, Any]) -> None:
    """Commit what a send of several steps has reached; the claim must still be ours."""
    held = Delivery.objects.filter(id=claimed.id, fence=claimed.fence).update(checkpoint=dict(value))
    if not held:
        raise LostClaim(f"delivery {claimed.id} was taken over by another worker")


class LostClaim(Exception):
    """Another worker holds this row now: stop, and do nothing more for it."""


def settle(
    outcomes: Iterable[tuple[Claimed, Outcome]],
    channels: Mapping[str, Channel],
    now: datetime,
    real_now: datetime,
) -> None:
    """Write what the tries came to, in one transaction; a row whose fence has moved on is left alone."""
    tries = {claimed.id: (claimed, outcome) for claimed, outcome in outcomes}
    if not tries:
        return
    with transaction.atomic():
        held = Delivery.objects.select_for_update().defer("content").filter(id__in=tries)
        ours = [row for row in held if _is_open(row, *tries[row.id])]
        for row in ours:
            claimed, outcome = tries[row.id]
            _settle_one(row, claimed, outcome, channels[claimed.channel], now, real_now)
        write_back(ours, SETTLED)


def _is_open(row: Delivery, claimed: Claimed, outcome: Outcome) -> bool:
    """Whether an outcome still decides about its row: a late receipt does until the row is claimed anew."""
    late = isinstance(outcome, Receipt) and row.state in (DeliveryState.QUEUED, DeliveryState.UNCERTAIN)
    return row.fence == claimed.fence and (late or row.state == DeliveryState.SENDING)


def _settle_one(
    row: Delivery, claimed: Claimed, outcome: Outcome, channel: Channel, now: datetime, real_now: datetime
) -> None:
    verdict = classify(
        outcome,
        attempts=claimed.attempts,
        repeatable=channel.repeatable,
        resumable=row.checkpoint is not None,
        now=real_now,
    )
    row.state, row.error = verdict.state, verdict.error
    row.wake_at, row.lease_until = verdict.wake_at, None
    if isinstance(outcome, Receipt):
        row.receipt = {"ref": outcome.ref, "url": outcome.url, **outcome.detail}
        row.url = outcome.url or ""
        row.sent_at = now
    if not verdict.tried:
        row.attempts -= 1
    if verdict.stops:
        pause(claimed.channel, _within(verdict.stops, claimed), verdict.error, "loa", real_now)
    if verdict.waits or verdict.moved_to:
        ChannelState.objects.update_or_create(
            channel=claimed.channel,
            target=_within(verdict.waits or "target", claimed),
            defaults={"wake_at": verdict.wake_at, "at": real_now}
            | ({"moved_to": verdict.moved_to} if verdict.moved_to else {}),
        )
    if verdict.state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN):
        record(Act("loa", verdict.state, f"delivery:{claimed.id}", after={"error": verdict.error}))


def _within(scope: str, claimed: Claimed) -> str:
    return claimed.target if scope == "target" else ""


def pause(channel: str, target: str, reason: str, who: str, real_now: datetime) -> None:
    """Let nothing of this channel (or, with a target, of this chat) be claimed until it is resumed."""
    with transaction.atomic():
        ChannelState.objects.update_or_create(
            channel=channel,
            target=target,
            defaults={"paused": True, "reason": reason, "by": who, "at": real_now},
        )
        record(Act(who, "pause", f"channel:{channel}", after={"target": target}, note=reason))


def resume(channel: str, reason: str, who: str, real_now: datetime) -> int:
    """Let a channel and all its chats go on; returns how many pauses this ended."""
    with transaction.atomic():
        ended = ChannelState.objects.filter(channel=channel, paused=True).update(
            paused=False, reason="", by=who, at=real_now, wake_at=None
        )
        record(Act(who, "resume", f"channel:{channel}", after={"ended": ended}, note=reason))
    return ended


def sweep(
    channels: Mapping[str, Channel], is_dead: Callable[[str], bool], real_now: datetime
) -> tuple[int, int]:
    """Take over what dead workers left in `sending`: how many were requeued, how many are in doubt.

    What went back to the queue although its article was withdrawn, held or reworded leaves it.
    """
    with transaction.atomic():
        one_at_a_time(2)
        rows = Delivery.objects.filter(state=DeliveryState.SENDING)
        owners = set(rows.values_list("owner", flat=True).distinct())
        lost = rows.filter(
            Q(lease_until__lt=real_now) | Q(owner__in=[owner for owner in owners if is_dead(owner)])
        )
        safe = Q(checkpoint__isnull=False) | Q(channel__in=[c.id for c in channels.values() if c.repeatable])
        requeued = lost.filter(safe).update(state=DeliveryState.QUEUED, lease_until=None)
        _recall()
        doubtful = list(lost.values_list("id", flat=True))
        why = "Chương trình dừng giữa lúc gửi: không rõ bài đã đến nơi chưa."
        lost.update(state=DeliveryState.UNCERTAIN, error=why, lease_until=None)
        record(*(Act("loa", DeliveryState.UNCERTAIN, f"delivery:{row}", note=why) for row in doubtful))
    return requeued, len(doubtful)


def _recall() -> None:
    queued = Delivery.objects.filter(state=DeliveryState.QUEUED)
    queued.filter(article__state=State.WITHDRAWN).update(state=DeliveryState.WITHDRAWN)
    queued.exclude(_wanted()).update(state=DeliveryState.SUPERSEDED)


def resolve(delivery: int, who: str, *, sent: bool, url: str, now: datetime, real_now: datetime) -> None:
    """A person's word on a row in doubt or refused: it is there (with its address), or send it again."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(id=delivery).first()
        if row is None:
            raise NotResolvable(f"Không có lượt gửi số {delivery}.")
        if row.state not in (DeliveryState.UNCERTAIN, DeliveryState.FAILED):
            raise NotResolvable(f"Lượt gửi {delivery} đang ở trạng thái “{row.state}”, không cần xử lý.")
        approved = row.article.state == State.APPROVED and row.article.published_id == row.revision_id
        if not sent and not approved:
            why = "đã gỡ" if row.article.state == State.WITHDRAWN else "đang giữ, hoặc đã có bản khác"
            raise NotResolvable(f"Bài của lượt gửi {delivery} {why}: không gửi lại.")
        before = {"state": row.state, "error": row.error}
        if sent:
            row.state, row.sent_at, row.url = DeliveryState.SENT, now, url
            row.receipt = {"ref": "", "url": url or None, "by": who}
        else:
            row.state, row.checkpoint, row.wake_at = DeliveryState.QUEUED, None, None
        row.error, row.lease_until = "", None
        row.save()
        after = {"state": row.state, "url": url, "at": real_now.isoformat()}
        record(Act(who, "resolve", f"delivery:{delivery}", before=before, after=after))


def taken_down(delivery: int, who: str, pulled: Collection[str]) -> None:
    """A person's word that what a withdrawal left standing has been removed where it stood."""
    with transaction.atomic():
        row = must_come_down(pulled).select_for_update(of=("self",)).filter(id=delivery).first()
        if row is None:
            raise NotResolvable(f"Lượt gửi {delivery} không nằm trong danh sách phải gỡ bằng tay.")
        before = {"state": row.state}
        row.state = DeliveryState.WITHDRAWN
        row.save(update_fields=["state"])
        record(Act(who, "taken-down", f"delivery:{delivery}", before=before, after={"state": row.state}))


def retime(rows: Iterable[tuple[Delivery, datetime, datetime]]) -> None:
    """Move queued rows to their next window: `(row, due_at, closes_at)`."""
    for row, due_at, closes_at in rows:
        Delivery.objects.filter(id=row.id, state=DeliveryState.QUEUED).update(
            due_at=due_at, closes_at=closes_at
        )


def drop(row: Delivery, because: str) -> None:
    """Take a queued row out of the queue for good."""
    Delivery.objects.filter(id=row.id, state=DeliveryState.QUEUED).update(
        state=DeliveryState.SUPERSEDED, error=because
    )


def late(now: datetime) -> QuerySet[Delivery]:
    """Queued rows whose window closed before they could go."""
    return Delivery.objects.filter(state=DeliveryState.QUEUED, due_at__lte=now, closes_at__lt=now)
