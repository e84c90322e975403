"""The places where articles go: how each stands, what waits for it, what arrived there last."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from channels.base import Limit
from pipeline import office
from pipeline.deliver.engine import real_now
from pipeline.deliver.limits import used
from pipeline.models import Broadcast, BroadcastState, ChannelState, Delivery, DeliveryState
from pipeline.people import Rights, visible
from pipeline.review.workflow import Act
from pipeline.watch.facts import tokens
from web.access import needs, rights
from web.console import deeds, waiting
from web.console.views import frame

MOST = 30
"""Deliveries of one heading on a channel's page."""
_PLACED = ("id", "channel", "due_at")
"""Few rows wait: they are counted here. To group or choose by channel, or where it finds all that it is asked
for in the index of the channels, SQLite would go through all that were ever sent."""
_UNITS = (86_400, 3_600, 60, 1)


@dataclass(frozen=True)
class Gauge:
    """One limit, and how much of it is used up."""

    limit: Limit
    used: int

    @property
    def span(self) -> str:
        """The window in words: "1 giây", "31 ngày"."""
        seconds = self.limit.seconds
        unit = next((unit for unit in _UNITS if seconds >= unit and seconds % unit == 0), 1)
        n = seconds / unit if seconds % unit else int(seconds // unit)
        words = {
            86_400: ngettext("%(n)s ngày", "%(n)s ngày", int(n)),
            3_600: ngettext("%(n)s giờ", "%(n)s giờ", int(n)),
            60: ngettext("%(n)s phút", "%(n)s phút", int(n)),
            1: ngettext("%(n)s giây", "%(n)s giây", int(n)),
        }
        return words[unit] % {"n": f"{n:g}".replace(".", ",")}


@dataclass(frozen=True)
class Authorisation:
    """The right to post to an account, which a person must renew: when it ends, or what is wrong with it."""

    ends: datetime | None
    days: int
    trouble: str = ""

    @property
    def soon(self) -> bool:
        """Whether somebody must renew it within a fortnight."""
        return bool(self.trouble) or self.days < 14


@dataclass(frozen=True)
class Standing:
    """One channel as it stands now; times are the office's."""

    id: str
    kind: str
    target: str
    state: str
    """on, paused, or off: not enabled, or no longer in schedule.yaml."""
    pauses: tuple[ChannelState, ...]
    moved: tuple[ChannelState, ...]
    """Chats that have become others."""
    waits: int
    uncertain: int
    failed: int
    by_hand: int
    """What stands there of withdrawn articles, and only a person can take down."""
    last: datetime | None
    """When the last delivery arrived."""
    gauges: tuple[Gauge, ...]
    authorisation: Authorisation | None
    broadcasts: int
    """Broadcasts to all followers that are in doubt."""


@needs(get=Act.READ)
def listing(request: HttpRequest) -> HttpResponse:
    """Every channel of schedule.yaml, and those that are gone from it while something waits for them."""
    page = {"standing": _standing(rights(request)), "now": office.current().now()}
    return render(request, "console/channels.html", frame() | page)


@needs(get=Act.READ)
def channel(request: HttpRequest, channel: str) -> HttpResponse:
    """One channel: its limits, its chats, what waits, what is in doubt, what arrived last."""
    here = office.current()
    may = rights(request)
    found = next((each for each in _standing(may, channel) if each.id == channel), None)
    if found is None:
        raise Http404
    mine = _seen(may).filter(channel=channel)
    open_rows = mine.filter(state__in=(DeliveryState.QUEUED, DeliveryState.SENDING))
    asked = waiting.rows(here, may)
    doubts = [
        *_light(asked.uncertain, channel),
        *_light(asked.failed, channel),
        *_light(asked.by_hand, channel),
    ]
    targets = {found.target, *open_rows.order_by().values_list("target", flat=True)}
    page = {
        "channel": found,
        "waits": list(_with_titles(open_rows).order_by("due_at", "id")[:MOST]),
        "doubts": doubts,
        "arrived": list(_with_titles(mine.filter(state=DeliveryState.SENT)).order_by("-sent_at")[:MOST]),
        "targets": sorted(target for target in targets if target),
        "deeds": deeds,
        "now": here.now(),
    }
    return render(request, "console/channel.html", frame() | page)


def _light(rows: QuerySet[Delivery], channel: str) -> list[Delivery]:
    mine = [id for id, where, _ in rows.values_list(*_PLACED) if where == channel]
    return list(_with_titles(Delivery.objects.filter(id__in=mine[:MOST])).order_by("id"))


def _with_titles(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.select_related("revision").defer("revision__body", "revision__text")


def _seen(may: Rights) -> QuerySet[Delivery]:
    return visible(Delivery.objects.all(), may, office.current().schedule, "article__source")


def _standing(may: Rights, only: str = "") -> list[Standing]:
    """All channels in the order of schedule.yaml, or the one of this id, with what these rights let see."""
    here, real = office.current(), real_now()
    ahead = here.now() - real
    states = list(ChannelState.objects.order_by("channel", "target"))
    waits = _counts(_seen(may).filter(state__in=(DeliveryState.QUEUED, DeliveryState.SENDING)))
    asked = waiting.rows(here, may)
    uncertain, failed, by_hand = _counts(asked.uncertain), _counts(asked.failed), _counts(asked.by_hand)
    in_doubt = Broadcast.objects.filter(state=BroadcastState.UNCERTAIN).order_by().values_list("channel")
    broadcasts = dict(in_doubt.annotate(Count("id")))
    settings = {each.id: each for each in here.schedule.channels}
    strays = {*waits, *uncertain, *failed, *(state.channel for state in states if state.paused)}
    known = [*settings, *sorted(strays - set(settings))]
    rights_left = tokens(here) if any(here.channels[each].kind == "zalo-oa" for each in here.channels) else {}
    found = []
    for each in known:
        if only and each != only:
            continue
        ours = here.channels.get(each)
        pauses = tuple(state for state in states if state.channel == each and state.paused)
        found.append(
            Standing(
                id=each,
                kind=settings[each].kind if each in settings else "",
                target=ours.target if ours else "",
                state="off" if ours is None else "paused" if pauses else "on",
                pauses=pauses,
                moved=tuple(state for state in states if state.channel == each and state.moved_to),
                waits=waits.get(each, 0),
                uncertain=uncertain.get(each, 0),
                failed=failed.get(each, 0),
                by_hand=by_hand.get(each, 0),
                last=_last(each),
                gauges=tuple(Gauge(*limit) for limit in used(here.channels, ours, real)) if ours else (),
                broadcasts=broadcasts.get(each, 0),
                authorisation=_authorisation(rights_left[each], real, ahead) if each in rights_left else None,
            )
        )
    return found


def _counts(rows: QuerySet[Delivery]) -> Counter[str]:
    return Counter(channel for _, channel, _ in rows.order_by().values_list(*_PLACED))


def _last(channel: str) -> datetime | None:
    newest = Delivery.objects.filter(channel=channel, state=DeliveryState.SENT).order_by("-sent_at")
    return newest.values_list("sent_at", flat=True).first()


def _authorisation(ends: datetime | str, real: datetime, ahead: timedelta) -> Authorisation:
    """`ahead`: what the office's time is ahead of the machine's, in a rehearsal."""
    if isinstance(ends, str):
        return Authorisation(None, 0, ends)
    return Authorisation(ends + ahead, max(0, (ends - real).days))
