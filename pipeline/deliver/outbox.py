"""The ledger's own moves: enqueue, claim, settle, withdraw.

Every send is bracketed by two transactions. `claim` commits the intent (`sending`, a higher fence, a
lease) before the first network byte; `settle` confirms it only under the same fence. What dies in
between is found by `upkeep.sweep`.

A correction or a withdrawal is a row of its own, an errand on what earlier rows left standing; it waits
until they are settled and is given their receipts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from channels.base import Channel, Part, Receipt, Uncertain
from pipeline.audit import Act, one_at_a_time, record
from pipeline.deliver import restored
from pipeline.deliver.choice import SOON, choose, look_again_at, without
from pipeline.deliver.classify import LONGEST_WAIT, Outcome, classify
from pipeline.deliver.cluster import wake
from pipeline.deliver.limits import Paces
from pipeline.deliver.pauses import pause
from pipeline.deliver.standing import receipts, taken_back
from pipeline.deliver.values import Claimed as Claimed
from pipeline.deliver.values import Claims as Claims
from pipeline.deliver.values import Post as Post
from pipeline.deliver.values import digest as digest
from pipeline.deliver.values import key_of, part_of
from pipeline.models import BEGUN, Article, ChannelState, Delivery, DeliveryState, Errand, Revision, State
from pipeline.rows import write_back

LEASE = timedelta(seconds=180)
"""Longer than any channel's hard deadline of 90 seconds."""

TAKEN_UP = (
    "parts", "content", "otherwise", "way", "content_hash", "due_at", "closes_at", "expires_at",
    "priority", "after", "state", "error", "wake_at",
)  # fmt: skip
"""The fields that change when a superseded row is taken up, a queued one claimed, a sent one settled."""
CLAIMED = ("state", "fence", "attempts", "owner", "claimed_at", "lease_until")
SETTLED = (
    "state", "error", "wake_at", "lease_until", "receipt", "url", "sent_at", "attempts", "way", "checkpoint",
)  # fmt: skip
OVER = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.WITHDRAWN, DeliveryState.SUPERSEDED)
"""Nothing more will become of such a row by itself: what acts on it may go."""
LOST = {"ref": "", "url": None, "lost": True}
"""In place of a receipt: a try ended in the unknown, so readers may have the row although it is queued."""


def enqueue(revision: Revision, posts: Sequence[Post], now: datetime) -> None:
    """Write the rows of one approved revision; see `enqueue_all`."""
    enqueue_all([(revision, posts)], now)


def enqueue_all(frozen: Sequence[tuple[Revision, Sequence[Post]]], now: datetime) -> None:
    """Write the rows of approved revisions; call it in the transaction that approves.

    A post whose earlier attempt was superseded before anything went out is taken up again.
    """
    known = {_key(row): row for row in Delivery.objects.filter(revision__in=[r for r, _ in frozen])}
    made: list[tuple[Delivery, Delivery | int | None]] = []
    for revision, posts in frozen:
        last: dict[str | None, Delivery] = {}
        for post in sorted(posts, key=lambda post: post.waits_for is not None):
            before = last.get(post.waits_for)
            for part in post.parts:
                row = _row(revision, post, part, now)
                after = _acts_on(post, part) or (None if post.errand == Errand.WITHDRAW else before)
                old = known.get(_key(row))
                if old is not None and old.state != DeliveryState.SUPERSEDED:
                    row = old
                else:
                    row.pk = old.pk if old is not None else None
                    made.append((row, after))
                last[post.channel] = before = row
    taken_up = [row for row, _ in made if row.pk]
    Delivery.objects.bulk_create(row for row, _ in made if not row.pk)
    # Only now has every row the number by which another one waits for it.
    for row, after in made:
        row.after_id = after.pk if isinstance(after, Delivery) else after
    write_back(taken_up, TAKEN_UP)
    write_back((row for row, after in made if after), ["after"])
    wake((row.due_at for row, _ in made), now)


def _acts_on(post: Post, part: Part) -> int | None:
    """The delivery, under way or in doubt, of which this part must know the end."""
    return max(post.unsettled.values(), default=None) if part.total == 1 else post.unsettled.get(part.number)


def _key(row: Delivery) -> tuple[int, str, str, int, str]:
    return row.revision_id, row.channel, row.target, row.part, row.errand


def _row(revision: Revision, post: Post, part: Part, now: datetime) -> Delivery:
    content, otherwise = dict(part.content), [dict(each) for each in part.otherwise]
    return Delivery(
        article_id=revision.article_id,
        revision=revision,
        channel=post.channel,
        target=post.target,
        part=part.number,
        parts=part.total,
        errand=post.errand,
        content=content,
        otherwise=otherwise,
        content_hash=digest(part),
        due_at=post.due_at,
        closes_at=post.closes_at,
        expires_at=post.expires_at,
        priority=post.rank,
        created_at=now,
    )


def _begun() -> Exists:
    """Whether a part of the same post has gone out, or may have."""
    return Exists(
        Delivery.objects.filter(revision=OuterRef("revision"), channel=OuterRef("channel"), state__in=BEGUN)
    )


def wanted() -> Q:
    """What may still go out: the words that are approved now, and the rest of a post that has begun."""
    approved = Q(article__state=State.APPROVED, article__published=F("revision"))
    goes_on = ~Q(article__state=State.WITHDRAWN) & Q(_begun())
    return Q(errand=Errand.WITHDRAW) | approved | goes_on | puts_right()


def puts_right() -> Q:
    """Corrections that are approved, also while newer words wait for a person: readers have what was wrong.

    Only a withdrawal, a newer correction or a hold of these very words stops them; to decline a proposal
    does not.
    """
    approved = Q(errand=Errand.CORRECT, article__published=F("revision"))
    held = ~Q(article__stopped="") & Q(article__current=F("revision"))
    return approved & ~held & ~Q(article__state=State.WITHDRAWN)


def supersede(*articles: Article) -> int:
    """Stop what has not begun of these; a post of which one part has gone is finished."""
    unsent = Q(state__in=(DeliveryState.QUEUED, DeliveryState.FAILED))
    rows = Delivery.objects.filter(unsent, ~_begun(), article__in=articles).exclude(errand=Errand.WITHDRAW)
    return take_out(rows.exclude(puts_right()), DeliveryState.SUPERSEDED)


def take_out(rows: QuerySet[Delivery], state: DeliveryState, error: str = "") -> int:
    """End what waits in the queue; returns how many. What may be there already is in doubt instead."""
    if not (ids := list(rows.values_list("id", flat=True))):
        return 0
    stopped = Delivery.objects.filter(id__in=ids)
    begun = Q(receipt__lost=True) | Q(checkpoint__isnull=False)
    if restore := restored.standing():
        begun |= restore.may_be_out()
    lost = stopped.filter(begun, state=DeliveryState.QUEUED)
    why = "Bài bị dừng khi chưa rõ lần gửi trước đã đến nơi chưa."
    doubtful = lost.update(state=DeliveryState.UNCERTAIN, error=why, wake_at=F("claimed_at"))
    rest = stopped.exclude(state=DeliveryState.UNCERTAIN)
    return doubtful + (rest.update(state=state, error=error) if error else rest.update(state=state))


def replace(revisions: Sequence[Revision]) -> None:
    """Stop the rest of every earlier wording of these articles: a newer one has just been approved."""
    unsent = Delivery.objects.filter(
        article__in=[revision.article_id for revision in revisions],
        state__in=(DeliveryState.QUEUED, DeliveryState.FAILED),
    )
    old = unsent.exclude(revision__in=revisions).exclude(errand=Errand.WITHDRAW)
    take_out(old, DeliveryState.SUPERSEDED)


def withdraw(article: Article, pulled: Collection[str]) -> None:
    """Stop all that is unsent, and take down what our own web shows."""
    rows = Delivery.objects.filter(article=article).exclude(errand=Errand.WITHDRAW)
    take_out(rows.filter(state=DeliveryState.QUEUED), DeliveryState.WITHDRAWN)
    rows.filter(state=DeliveryState.SENT, channel__in=pulled).update(state=DeliveryState.WITHDRAWN)


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
    is how many more each account may have in hand.
    """
    with transaction.atomic():
        one_at_a_time(2)
        _expire(now)
        known = {(state.channel, state.target): state for state in ChannelState.objects.all()}
        stopped = {where for where, state in known.items() if _stops(state, real_now)}
        paces = Paces(channels, room, real_now)
        ours = [channel.id for channel in channels.values() if not channel.by_hand]
        waiting = without(due(now, real_now).filter(channel__in=ours), stopped)
        chosen = choose(waiting, channels, paces, most)
        paces.save()
        for row in chosen:
            row.state, row.fence, row.attempts = DeliveryState.SENDING, row.fence + 1, row.attempts + 1
            row.owner, row.claimed_at, row.lease_until = owner, real_now, real_now + LEASE
        if chosen or most <= 0:
            again_at = paces.free_at(channels)
        else:
            paused = [where for where, state in known.items() if state.paused]
            soon = without(due(now, real_now + SOON).filter(channel__in=ours), paused)
            again_at = look_again_at(waiting, soon, paces, real_now)
        stands = receipts(chosen)
        for row in chosen:
            if row.errand == Errand.WITHDRAW and not stands[row.id]:
                row.state, row.lease_until = DeliveryState.SUPERSEDED, None
        write_back(chosen, CLAIMED)
    moved = {where: state.moved_to for where, state in known.items() if state.moved_to}
    rows = tuple(
        _claimed(
            row,
            moved.get((row.channel, row.target), row.target),
            stands.get(row.id, ()),
            paces.slots.get(row.id),
        )
        for row in chosen
        if row.state == DeliveryState.SENDING
    )
    return Claims(rows, again_at)


def _stops(state: ChannelState, real_now: datetime) -> bool:
    waits = state.wake_at is not None and real_now < state.wake_at <= real_now + LONGEST_WAIT
    return state.paused or waits


def _claimed(row: Delivery, address: str, stands: Sequence[Receipt], slot: datetime | None) -> Claimed:
    return Claimed(
        id=row.id,
        channel=row.channel,
        target=row.target,
        address=address,
        key=key_of(row),
        part=part_of(row),
        fence=row.fence,
        attempts=row.attempts - 1,
        checkpoint=row.checkpoint,
        standing=stands,
        starts_at=slot,
    )


def _expire(now: datetime) -> None:
    late = Delivery.objects.filter(state=DeliveryState.QUEUED, expires_at__lte=now)
    take_out(late, DeliveryState.FAILED, "Hết hiệu lực trước khi gửi được.")


def due(now: datetime, real_now: datetime) -> QuerySet[Delivery]:
    """Queued rows that are wanted, whose time has come, whose window is open, whose predecessor is sent."""
    return (
        Delivery.objects.filter(wanted(), state=DeliveryState.QUEUED, due_at__lte=now)
        .filter(Q(closes_at=None) | Q(closes_at__gte=now))
        .filter(Q(wake_at=None) | Q(wake_at__lte=real_now) | Q(wake_at__gt=real_now + LONGEST_WAIT))
        .filter(
            Q(after=None)
            | Q(after__state=DeliveryState.SENT)
            | (~Q(errand=Errand.POST) & Q(after__state__in=OVER))
            # An edit in doubt leaves nothing new behind: what it edited can be taken back at once.
            | Q(errand=Errand.WITHDRAW, after__errand=Errand.CORRECT, after__state=DeliveryState.UNCERTAIN)
        )
        .order_by("-priority", "due_at", "id")
    )


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
        repeatable=channel.repeatable(claimed.part.content),
        resumable=row.checkpoint is not None,
        other_way=row.way < len(row.otherwise),
        now=real_now,
    )
    row.state, row.error = verdict.state, verdict.error
    if verdict.state == DeliveryState.FAILED and row.receipt == LOST:
        # This try was refused; what became of an earlier one nobody knows.
        row.state = DeliveryState.UNCERTAIN
    row.wake_at, row.lease_until = verdict.wake_at, None
    if isinstance(outcome, Receipt):
        row.receipt = {"ref": outcome.ref, "url": outcome.url, **outcome.detail}
        row.url = outcome.url or ""
        row.sent_at = now
        if row.errand == Errand.WITHDRAW:
            taken_back(row)
    if isinstance(outcome, Uncertain) and row.state == DeliveryState.QUEUED:
        lose(row, channel)
    if verdict.other_way:
        row.way, row.checkpoint = row.way + 1, None
    if row.state == DeliveryState.UNCERTAIN and channel.asks:
        row.wake_at = real_now
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
    if row.state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN):
        record(Act("loa", row.state, f"delivery:{claimed.id}", after={"error": verdict.error}))


def lose(row: Delivery, channel: Channel | None) -> None:
    """Its try ended in the unknown. What our own web shows, and a withdrawal, leave nothing to be found."""
    if row.errand != Errand.WITHDRAW and not (channel and channel.pulled):
        row.receipt = LOST


def _within(scope: str, claimed: Claimed) -> str:
    return claimed.target if scope == "target" else ""
