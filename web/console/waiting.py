"""The deliveries that wait for a person's word, under the three headings that they come under."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from pipeline.deliver.standing import must_come_down
from pipeline.models import Delivery, DeliveryState, Errand, State


@dataclass(frozen=True)
class Waiting:
    """The oldest first."""

    uncertain: QuerySet[Delivery]
    failed: QuerySet[Delivery]
    by_hand: QuerySet[Delivery]


def rows(pulled: Collection[str]) -> Waiting:
    """A refused withdrawal waits as one row, not once more for each message that it left standing."""
    withdrawn = Q(article__state=State.WITHDRAWN)
    refused = Delivery.objects.filter(
        Q(parts=1) | Q(part=OuterRef("part")),
        article=OuterRef("article"),
        channel=OuterRef("channel"),
        target=OuterRef("target"),
        errand=Errand.WITHDRAW,
        state=DeliveryState.FAILED,
    )
    failed = Delivery.objects.filter(state=DeliveryState.FAILED)
    return Waiting(
        uncertain=Delivery.objects.filter(state=DeliveryState.UNCERTAIN).order_by("id"),
        failed=failed.filter(~withdrawn | Q(errand=Errand.WITHDRAW)).order_by("id"),
        by_hand=must_come_down(pulled).filter(~Exists(refused)).exclude(state=DeliveryState.UNCERTAIN),
    )


def count(pulled: Collection[str]) -> int:
    """How many rows wait."""
    found = rows(pulled)
    return found.uncertain.count() + found.failed.count() + found.by_hand.count()
