"""The deliveries that wait for a person's word: what was sent, when, to whom, why in doubt, where to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from channels.base import Receipt
from pipeline import office
from pipeline.deliver.engine import real_now
from pipeline.deliver.resolve import why_not_again
from pipeline.deliver.standing import receipts
from pipeline.deliver.values import part_of
from pipeline.models import ChannelState, Delivery, DeliveryState
from pipeline.review.workflow import Act
from web.access import needs, rights
from web.asked import whole_number
from web.console import deeds, waiting
from web.console.places import Place, place
from web.console.views import frame

MOST = 100
"""Rows of a heading at once; the rest comes when these are answered."""


@dataclass(frozen=True)
class Doubt:
    """One row as it is shown; times are the office's."""

    row: Delivery
    content: Mapping[str, Any]
    tried_at: datetime | None
    asks_at: datetime | None
    """When Loa itself asks the channel next."""
    place: Place
    not_again: str
    """Why it may not be sent again; empty where it may."""


@needs(get=Act.READ)
def doubt(request: HttpRequest) -> HttpResponse:
    """All that waits, or that of one article (`?bai=`)."""
    here = office.current()
    only = whole_number(request.GET.get("bai"))
    found = waiting.rows(here, rights(request))
    sections = {
        name: _first(rows.filter(article=only) if only else rows)
        for name, rows in (("uncertain", found.uncertain), ("failed", found.failed), ("down", found.by_hand))
    }
    shown = _shown([row for rows in sections.values() for row in rows[:MOST]])
    page = {
        "only": only,
        "sections": {name: [shown[row.id] for row in rows[:MOST]] for name, rows in sections.items()},
        "more": {name: len(rows) > MOST for name, rows in sections.items()},
        "deeds": deeds,
    }
    return render(request, "console/doubt.html", frame() | page)


def _first(rows: QuerySet[Delivery]) -> list[Delivery]:
    light = rows.select_related("article", "revision").defer("revision__body", "revision__text")
    return list(light[: MOST + 1])


def _shown(rows: Sequence[Delivery]) -> dict[int, Doubt]:
    here = office.current()
    real = real_now()
    ahead = here.now() - real
    known = {channel.id: channel for channel in here.schedule.channels}
    moved = {
        (state.channel, state.target): state.moved_to for state in ChannelState.objects.exclude(moved_to="")
    }
    stands = receipts(rows)

    def doubt(row: Delivery) -> Doubt:
        target = moved.get((row.channel, row.target), row.target)
        return Doubt(
            row,
            part_of(row).content,
            _at(row.claimed_at, ahead),
            _at(row.wake_at if _asks(row) else None, ahead),
            place(row, known.get(row.channel), target, _proofs(row, stands)),
            why_not_again(row),
        )

    return {row.id: doubt(row) for row in rows}


def _asks(row: Delivery) -> bool:
    channel = office.current().channels.get(row.channel)
    return row.state == DeliveryState.UNCERTAIN and channel is not None and channel.asks


def _proofs(row: Delivery, stands: Mapping[int, Sequence[Receipt]]) -> Sequence[Receipt]:
    """What is known of the messages to look at: this one's own receipt, or those that it acts on."""
    own = row.receipt or {}
    return [Receipt(own.get("ref", ""), row.url or own.get("url")), *stands.get(row.id, ())]


def _at(moment: datetime | None, ahead: timedelta) -> datetime | None:
    """A real time as the office's, which a rehearsal sets apart."""
    return moment + ahead if moment else None
