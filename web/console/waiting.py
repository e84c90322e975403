"""The deliveries that wait for a person's word, under the three headings that they come under."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from pipeline.deliver.standing import must_come_down
from pipeline.models import Delivery, DeliveryState, Errand, State
from pipeline.office import Office
from pipeline.people import Rights, visible

_OLDEST = F("id") + 0
"""An expression, or SQLite would go through the whole ledger in this order to find the first few."""


@dataclass(frozen=True)
class Waiting:
    """The oldest first."""

    uncertain: QuerySet[Delivery]
    failed: QuerySet[Delivery]
    by_hand: QuerySet[Delivery]


def rows(office: Office, rights: Rights) -> Waiting:
    """What somebody with these rights sees of it.

    A refused withdrawal waits as one row, not once more for each message that it left standing.
    """

    def seen(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
        return visible(rows, rights, office.schedule, "article__source").order_by(_OLDEST)

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
        uncertain=seen(Delivery.objects.filter(state=DeliveryState.UNCERTAIN)),
        failed=seen(failed.filter(~withdrawn | Q(errand=Errand.WITHDRAW))),
        by_hand=seen(
            must_come_down(office.pulled).filter(~Exists(refused)).exclude(state=DeliveryState.UNCERTAIN)
        ),
    )
