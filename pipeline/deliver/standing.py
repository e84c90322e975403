"""What stands of an article on each channel, for a correction or a withdrawal to act on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from channels.base import Receipt
from pipeline.models import BEGUN, Article, Delivery, DeliveryState, Errand, State

OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
"""What a withdrawal may still achieve by itself, or a person's word on it."""


@dataclass(frozen=True)
class Standing:
    """What one channel's readers have, or may have, of one article."""

    target: str
    revision: int
    """The newest revision of which anything has begun to go out there."""
    parts: int
    """As many as the longest wording had."""
    unsettled: Mapping[int, int]
    """Part → the delivery of it that is under way or in doubt."""


def standing_of(articles: Collection[Article]) -> Mapping[int, Mapping[str, Standing]]:
    """For each article's id, and each channel on which some revision of it has begun to go out."""
    found: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
    rows = Delivery.objects.filter(article__in=articles).exclude(errand=Errand.WITHDRAW).order_by("id")
    # The states are compared here, or SQLite would go through all that were ever sent.
    for row in rows.only("article_id", "channel", "target", "revision_id", "part", "parts", "state"):
        if row.state in BEGUN:
            found[row.article_id, row.channel].append(row)
    by_article: dict[int, dict[str, Standing]] = defaultdict(dict)
    for (article, channel), begun in found.items():
        by_article[article][channel] = Standing(
            target=begun[-1].target,
            revision=max(row.revision_id for row in begun),
            parts=max(row.part for row in begun),
            unsettled={row.part: row.id for row in begun if row.state != DeliveryState.SENT},
        )
    return by_article


def receipts(rows: Iterable[Delivery]) -> Mapping[int, Sequence[Receipt]]:
    """For each correction or withdrawal the receipts of what it acts on, the newest first."""
    follow_ups = [row for row in rows if row.errand != Errand.POST]
    if not follow_ups:
        return {}
    sent = (
        Delivery.objects.filter(article__in={row.article_id for row in follow_ups}, state=DeliveryState.SENT)
        .exclude(errand=Errand.WITHDRAW)
        .order_by("-revision", "-id")
    )
    stands: dict[tuple[int, str, str], list[Delivery]] = defaultdict(list)
    for row in sent.defer("content", "otherwise"):
        stands[row.article_id, row.channel, row.target].append(row)
    return {
        row.id: _receipts(old for old in stands[row.article_id, row.channel, row.target] if _of(row, old))
        for row in follow_ups
    }


def _of(follow_up: Delivery, old: Delivery) -> bool:
    return follow_up.parts == 1 or follow_up.part == old.part


def _receipts(rows: Iterable[Delivery]) -> Sequence[Receipt]:
    """An edited message has the receipt of the message that it was: one of each is enough."""
    found: dict[str, Receipt] = {}
    for row in rows:
        proof = dict(row.receipt or {})
        ref, url = proof.pop("ref", ""), proof.pop("url", None)
        found.setdefault(ref or url or "", Receipt(ref, url, proof))
    return tuple(found.values())


def must_come_down(pulled: Collection[str]) -> QuerySet[Delivery]:
    """What stands, or may stand, of withdrawn articles where Loa cannot, or could not, take it down."""
    at_work = Delivery.objects.filter(
        Q(parts=1) | Q(part=OuterRef("part")),
        article=OuterRef("article"),
        channel=OuterRef("channel"),
        target=OuterRef("target"),
        errand=Errand.WITHDRAW,
        state__in=OPEN,
    )
    return (
        Delivery.objects.filter(~Exists(at_work), article__state=State.WITHDRAWN)
        # Said by what it is not, or SQLite would go through all that were ever sent.
        .exclude(state__in=set(DeliveryState) - set(BEGUN))
        .exclude(channel__in=pulled)
        .exclude(errand=Errand.WITHDRAW)
        .order_by("id")
    )


def taken_back(follow_up: Delivery) -> int:
    """Mark what a withdrawal that was done has taken back; returns how many messages those were."""
    rows = Delivery.objects.filter(
        article=follow_up.article_id,
        channel=follow_up.channel,
        target=follow_up.target,
        state=DeliveryState.SENT,
    ).exclude(errand=Errand.WITHDRAW)
    if follow_up.parts > 1:
        rows = rows.filter(part=follow_up.part)
    return rows.update(state=DeliveryState.WITHDRAWN)
