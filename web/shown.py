"""What stands in the ledger as sent on the channels that our own web shows, and so may be seen there."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from pipeline import office
from pipeline.models import Delivery, DeliveryState, State


def rows(kind: str) -> QuerySet[Delivery]:
    """The frozen rows to show on "portal" or "press": of each article the newest that was sent.

    Not those of withdrawn articles. A channel that was switched off keeps what it has shown.
    """
    sent = ever_sent(kind).filter(state=DeliveryState.SENT)
    newer = sent.filter(article=OuterRef("article"), id__gt=OuterRef("id"))
    return sent.filter(~Exists(newer)).exclude(article__state=State.WITHDRAWN)


def ever_sent(kind: str) -> QuerySet[Delivery]:
    """Every row of these channels that was ever visible, taken down since or not."""
    channels = [
        channel.id
        for channel in office.current().schedule.channels
        if channel.kind == kind and getattr(channel, "system", "built-in") == "built-in"
    ]
    return Delivery.objects.filter(channel__in=channels, sent_at__isnull=False)
