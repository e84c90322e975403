"""The facts that health is judged from: a fixed number of small queries."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from django.db.models import Count, F, Max, Min, Prefetch, Q, QuerySet

from channels.base import DeliveryError, Priority
from channels.zalo import ZaloOaChannel
from pipeline.bulletin.stock import spoilt
from pipeline.clock import CAN_DO, firings
from pipeline.deliver import outbox
from pipeline.deliver.by_hand import offered, taken
from pipeline.deliver.standing import must_come_down
from pipeline.keep.backup import LAST
from pipeline.models import (
    BEGUN,
    Approval,
    Broadcast,
    BroadcastState,
    Bulletin,
    ChannelState,
    Delivery,
    DeliveryState,
    Errand,
    OfficeFact,
    Source,
    SourceState,
    Tick,
    TickState,
)
from pipeline.office import Office
from pipeline.route.decide import RANK
from pipeline.schedule import Schedule
from pipeline.search.index import behind
from pipeline.watch.health import GRACE
from pipeline.watch.heard import mutes
from pipeline.watch.values import Doubt, Emergency, Facts, Pause, Run, Silent, Spoilt

A_DAY = timedelta(days=1)
LONGEST_BETWEEN = timedelta(days=8)
"""A run that comes once a week has fired within it."""


def gather(office: Office, now: datetime, real_now: datetime) -> Facts:
    """What the database and the disk say now; raises django.db.DatabaseError. Reads no secret."""
    said = dict(OfficeFact.objects.values_list("name", "value"))
    schedule = office.schedule
    named = [source.id for source in schedule.sources]
    met = list(Source.objects.filter(id__in=named, last_fetch__isnull=False).order_by("id"))
    paused = ChannelState.objects.filter(paused=True, channel__in=office.channels).order_by(
        "channel", "target"
    )
    stopped = [row.channel for row in paused if not row.target]
    due = outbox.due(now, real_now).filter(channel__in=office.channels).exclude(channel__in=stopped)
    due = due.exclude(channel__in=office.by_hand)
    cards = (offered(office.by_hand, now, real_now), taken(office.by_hand))
    # Half of a slot is 30 seconds of each of its minutes; a bulletin of nothing has none.
    thin = list(
        Bulletin.objects.filter(airs_at__gt=now, seconds__lt=F("minutes") * 30)
        .order_by("airs_at")
        .values_list("channel", "airs_at", "seconds", "minutes")
    )
    return Facts(
        zone=schedule.office.zone,
        disk_free=disk_free(office.data),
        last_look=_moment(said, "last-look"),
        last_sweep=_moment(said, "last-sweep"),
        runs=_runs(office, said, now, real_now),
        sources=len(named),
        silent=tuple(
            Silent(source.id, schedule.agency_of(source.id), source.since or now, source.reason)
            for source in met
            if source.state == SourceState.TROUBLE
        ),
        unread=len(named) - len(met),
        oldest_due=_oldest(due),
        oldest_card=min(filter(None, map(_oldest, cards)), default=None),
        doubts=_doubts(),
        mutes=mutes(schedule, said),
        oldest_withdrawal=_oldest_withdrawal(office),
        spoilt=tuple(
            Spoilt(airing.bulletin.channel, airing.bulletin.airs_at, airing.revision.title)
            for airing in spoilt(now)
        ),
        empty=tuple((channel, airs_at) for channel, airs_at, seconds, _ in thin if not seconds),
        thin=tuple(each for each in thin if each[2]),
        pauses=tuple(Pause(row.channel, row.target, row.reason, row.by != "loa") for row in paused),
        backs_up=any(run.job == "backup" for run in schedule.runs),
        last_backup=_moment(said, LAST),
        not_searched=behind(),
    )


def _oldest_withdrawal(office: Office) -> datetime | None:
    """Since when something should have been taken back that Loa has not, or could not."""
    waiting = Delivery.objects.filter(
        errand=Errand.WITHDRAW, state__in=(DeliveryState.QUEUED, DeliveryState.UNCERTAIN)
    ).values_list("due_at")
    by_hand = must_come_down(office.pulled).order_by().values_list("article__withdrawn_at")
    return min((since for (since,) in waiting.union(by_hand) if since), default=None)


def everything(office: Office, now: datetime, real_now: datetime) -> Facts:
    """What `gather` says, and what only the office itself looks at: its tokens, and its emergencies."""
    facts = gather(office, now, real_now)
    return replace(facts, tokens=tokens(office), emergencies=_emergencies(now))


def tokens(office: Office) -> dict[str, datetime | str]:
    """When each channel's right to post ends, or why it has none; needs LOA_KEY."""
    return {
        channel.id: _token_ends(channel)
        for channel in office.channels.values()
        if isinstance(channel, ZaloOaChannel)
    }


def _token_ends(channel: ZaloOaChannel) -> datetime | str:
    try:
        return channel.authorised_until() or f"Chưa ai cấp quyền: loa authorize {channel.id}."
    except DeliveryError as trouble:
        return str(trouble)


def unanswered(schedule: Schedule, data: Path, why: str) -> Facts:
    """All that is known where the database cannot be asked; `why` in Vietnamese."""
    return Facts(zone=schedule.office.zone, disk_free=disk_free(data), trouble=why)


def disk_free(data: Path) -> int:
    """Bytes that are free where the data folder is, or will be."""
    while not data.exists():
        data = data.parent
    return shutil.disk_usage(data).free


def _doubts() -> tuple[Doubt, ...]:
    waits = Q(wake_at=None)
    deliveries = (
        Delivery.objects.filter(state=DeliveryState.UNCERTAIN)
        .values("channel")
        .annotate(count=Count("id"), newest=Max("claimed_at", filter=waits))
    )
    broadcasts = (
        Broadcast.objects.filter(state=BroadcastState.UNCERTAIN)
        .values("channel")
        .annotate(count=Count("id"), newest=Max("started_at"))
    )
    found: dict[str, Doubt] = {}
    for row in deliveries.order_by().union(broadcasts.order_by(), all=True):
        known = found.get(row["channel"], Doubt(row["channel"], 0, None))
        newest = max(filter(None, (known.newest, row["newest"])), default=None)
        found[known.channel] = Doubt(known.channel, known.count + row["count"], newest)
    return tuple(found[channel] for channel in sorted(found))


def _emergencies(now: datetime) -> tuple[Emergency, ...]:
    """What has begun to go out as an emergency within the last day."""
    raised = Delivery.objects.filter(
        state__in=BEGUN,
        priority=RANK[Priority.EMERGENCY],
        due_at__gt=now - A_DAY,
        revision__approvals__emergency=True,
    )
    revisions = raised.exclude(errand=Errand.WITHDRAW).order_by().values_list("revision", flat=True)
    rows = Delivery.objects.filter(revision__in=set(revisions)).exclude(errand=Errand.WITHDRAW)
    who = Prefetch("revision__approvals", Approval.objects.filter(emergency=True).select_related("user"))
    told = rows.select_related("revision").prefetch_related(who).defer("content", "revision__body")
    return tuple(
        _emergency(list(group))
        for _, group in groupby(told.order_by("revision", "channel"), key=attrgetter("revision_id"))
    )


def _emergency(rows: Sequence[Delivery]) -> Emergency:
    revision = rows[0].revision
    unsent = {row.channel for row in rows if row.state not in (DeliveryState.SENT, DeliveryState.WITHDRAWN)}
    return Emergency(
        revision.article_id,
        revision.title,
        tuple(sorted(each.user.username for each in revision.approvals.all() if each.user)),
        min(row.sent_at or row.due_at for row in rows),
        tuple(sorted({row.channel for row in rows} - unsent)),
        tuple(sorted(unsent)),
    )


def _oldest(rows: QuerySet[Delivery]) -> datetime | None:
    found: datetime | None = rows.order_by().aggregate(oldest=Min("due_at"))["oldest"]
    return found


def _moment(said: Mapping[str, str], name: str) -> datetime | None:
    return datetime.fromisoformat(said[name]) if name in said else None


def _runs(office: Office, said: Mapping[str, str], now: datetime, real_now: datetime) -> tuple[Run, ...]:
    ticks = {
        (tick.run, tick.scheduled_for): tick
        for tick in Tick.objects.filter(scheduled_for__gte=now - LONGEST_BETWEEN)
    }
    runs = []
    for run in office.schedule.runs:
        known = _moment(said, f"run-known-since:{run.id}")
        if run.job not in CAN_DO or known is None:
            continue
        begun = max(known, now - LONGEST_BETWEEN)
        *_, due = (None, *firings(run, office, begun, now - GRACE))
        if due is not None:
            tick = ticks.get((run.id, due))
            runs.append(Run(run.id, due, _state(tick, real_now), tick.note if tick else ""))
    return tuple(runs)


def _state(tick: Tick | None, real_now: datetime) -> str | None:
    if tick is None:
        return None
    dead = tick.lease_until is not None and tick.lease_until < real_now
    return None if tick.state == TickState.RUNNING and dead else tick.state
