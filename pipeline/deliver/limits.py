"""The governor ahead of every send: a claimed part gets the earliest instant that all its limits allow.

A limit is kept as a log of the slots that were given, in a row of `Pace` that all processes share: over an
account (a bot) for scope "channel", over one chat of it for scope "target". A log shared by channels is
pruned by the longest window of any of them. Windows of more than an hour are quotas, counted in the ledger.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from math import ceil, inf
from typing import NamedTuple

from django.db.models import QuerySet

from channels.base import Channel, Limit, Scope
from pipeline.deliver.values import Claimed
from pipeline.models import Delivery, Pace

AHEAD = 0.3
"""Seconds from a claim to the last slot that it gives: what comes in later heads the next claim."""
LEAD = 0.05
"""Seconds from a claim to the first slot that it gives: time to commit."""
MARGIN = 0.03
"""Seconds by which our windows are longer than the service's: so much may a message be late for its slot."""
LATE = MARGIN / 2
"""Seconds after its slot in which a send may still begin; what is left of the margin is for its way."""
EVEN = 5.0
"""Seconds; in windows of at most this length sends are evenly spaced, in longer ones they come in bursts."""
BURST = 20
HOUR = 3600.0
LONGEST_KEY = 200
SCOPES: tuple[Scope, ...] = ("channel", "target")
ROUNDING = 1e-6
"""Seconds; a double holds the time since 1970 no better than to a quarter of that."""


class Rule(NamedTuple):
    """At most `burst` slots in any `seconds`: keeps a limit, and needs a short log only."""

    burst: int
    seconds: float


Place = tuple[str, tuple[Rule, ...]]
"""A log's key, and the rules under which slots are given there."""
Places = tuple[Place, ...]


def rule(limit: Limit) -> Rule:
    """The limit's window cut into equal parts; what each part may hold comes to no more than its count."""
    parts = limit.count if limit.seconds <= EVEN else ceil(limit.count / BURST)
    return Rule(limit.count // parts, (limit.seconds + MARGIN) / parts)


def earliest(start: float, bounds: Sequence[tuple[Sequence[float], Rule]]) -> float:
    """The first instant from `start` on that fits into each sorted log under its rule."""
    edges = {slot + rule.seconds for log, rule in bounds for slot in log}
    times = [start, *sorted(edge for edge in edges if edge > start)]
    return next(time for time in times if all(_fits(time, log, rule) for log, rule in bounds))


def _fits(time: float, log: Sequence[float], rule: Rule) -> bool:
    at, burst = bisect(log, time), rule.burst
    near = [*log[max(0, at - burst) : at], time, *log[at : at + burst]]
    return all(
        last - first >= rule.seconds - ROUNDING for first, last in zip(near, near[burst:], strict=False)
    )


class Paces:
    """What the limits allow from one instant on; lives for one claim, in its transaction."""

    def __init__(self, channels: Mapping[str, Channel], room: Mapping[str, int], real_now: datetime) -> None:
        """`room`: how many more sends each account may have in hand; one that is not named has all."""
        self._channels = channels
        self._room = dict(room)
        self._now = real_now.timestamp()
        self._left: dict[tuple[str, Limit], int] = {}
        self._logs: dict[str, list[float]] = {}
        self._given: set[str] = set()
        self.slots: dict[int, datetime] = {}
        """The real time at which each taken row may go, by its id; none where no limit holds."""
        self.held: dict[tuple[str, str], float] = {}
        """When (seconds since 1970) each (channel, target) that may take nothing now can go on.

        The target is empty for a whole channel: one is held while its configured chat is.
        """
        self._window: dict[str, float] = defaultdict(float)
        self._of: dict[str, list[tuple[Channel, Places]]] = defaultdict(list)
        for channel in channels.values():
            if channel.limits:
                places = _places(channel, channel.target)
                self._of[channel.account].append((channel, places))
                for key, rules in places:
                    self._window[key] = max(self._window[key], *(rule.seconds for rule in rules))
        if self._window:
            self._load(self._window)
            for account in self._of:
                self._look(account)

    def take(self, row: Delivery) -> bool:
        """Give the row the earliest slot, if that is not far ahead; otherwise its place is `held`."""
        if (row.channel, "") in self.held:
            return False
        channel = self._channels[row.channel]
        places = _places(channel, row.target) if channel.limits else ()
        has_room = self._room.get(channel.account, 1) > 0
        slot = self._earliest(channel, row.target, places) if has_room else inf
        if slot > self._now + AHEAD:
            self.held[row.channel, "" if row.target == channel.target else row.target] = slot
            self._look(channel.account)
            return False
        if channel.account in self._room:
            self._room[channel.account] -= 1
        for key, _ in places:
            insort(self._logs[key], slot)
            self._given.add(key)
            self.slots[row.id] = datetime.fromtimestamp(slot, UTC)
        for limit in _quotas(channel):
            self._left[_key(channel, row.target, limit.scope), limit] -= 1
        return True

    def save(self) -> None:
        """Store the slots that were given."""
        if self._given:
            rows = [Pace(key=key, slots=self._logs[key]) for key in sorted(self._given)]
            Pace.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["key"], update_fields=["slots"]
            )

    def free_at(self, channels: Iterable[str]) -> datetime | None:
        """When to look again for rows of these channels: a little before the first can have its slot."""
        wanted = set(channels)
        first = min((time for (channel, _), time in self.held.items() if channel in wanted), default=inf)
        return None if first == inf else datetime.fromtimestamp(first - AHEAD / 2, UTC)

    def _load(self, keys: Iterable[str]) -> None:
        stored = dict(Pace.objects.filter(key__in=keys).values_list("key", "slots"))
        for key in keys:
            window = self._window[key]
            # A slot further ahead than any claim gives one was given by a clock that has gone back since.
            self._logs[key] = [
                slot
                for slot in stored.get(key, ())
                if self._now - window < slot <= self._now + AHEAD + window
            ]

    def _earliest(self, channel: Channel, target: str, places: Places) -> float:
        for key, rules in places:
            if key not in self._logs:
                # The chat that the channel had when the row was made.
                self._window[key] = max(rule.seconds for rule in rules)
                self._load([key])
        free = self._free(*places)
        return max([free, *(self._quota(channel, target, limit) for limit in _quotas(channel))])

    def _free(self, *places: Place) -> float:
        bounds = [(log, rule) for key, rules in places if (log := self._logs[key]) for rule in rules]
        return earliest(self._now + LEAD, bounds)

    def _look(self, account: str) -> None:
        """Hold the channels of this account that its log, its room or their own chat's log holds."""
        known: dict[Place, float] = {}
        for channel, places in self._of.get(account, ()):
            for place in places:
                if place not in known:
                    known[place] = self._free(place)
            has_room = self._room.get(account, 1) > 0
            free = max((known[place] for place in places), default=0.0) if has_room else inf
            if free > self._now + AHEAD:
                # Where a slot was looked for under all its limits at once, it may be later still.
                self.held[channel.id, ""] = max(free, self.held.get((channel.id, ""), 0.0))

    def _quota(self, channel: Channel, target: str, limit: Limit) -> float:
        """When the quota lets one more go: seconds since 1970, 0 for now."""
        place = _key(channel, target, limit.scope), limit
        rows = _claimed(self._channels, channel, target, limit, self._now)
        if place not in self._left:
            self._left[place] = limit.count - rows.count()
        if self._left[place] > 0:
            return 0.0
        newest = rows.order_by("-claimed_at").values_list("claimed_at", flat=True)
        oldest_that_counts = newest[limit.count - 1 : limit.count].first()
        return (oldest_that_counts.timestamp() if oldest_that_counts else self._now) + limit.seconds


def reserve(channels: Mapping[str, Channel], bot: Channel, real_now: datetime) -> datetime | None:
    """The real time at which `bot` may say one thing that is no delivery; None: not soon.

    `channels`: all of its account, itself among them. Call it in a transaction, under the lock of a claim.
    """
    paces = Paces(channels, {}, real_now)
    row = Delivery(id=0, channel=bot.id, target=bot.target)
    if not paces.take(row):
        return None
    paces.save()
    return paces.slots.get(row.id, real_now)


def give_back(channels: Mapping[str, Channel], unused: Iterable[Claimed]) -> None:
    """Take the slots out of the logs in which nothing was sent, or each would cost a whole window."""
    for claimed in unused:
        if claimed.starts_at is None or claimed.channel not in channels:
            continue
        slot = claimed.starts_at.timestamp()
        keys = [key for key, _ in _places(channels[claimed.channel], claimed.target)]
        for pace in Pace.objects.filter(key__in=keys):
            pace.slots = [each for each in pace.slots if abs(each - slot) > 2 * ROUNDING]
            pace.save(update_fields=["slots"])


def used(channels: Mapping[str, Channel], channel: Channel, real_now: datetime) -> list[tuple[Limit, int]]:
    """Each limit of the channel, and how many of the sends that it allows were given a slot by now."""
    now = real_now.timestamp()
    logs = dict(Pace.objects.filter(key__startswith=channel.account).values_list("key", "slots"))
    found = []
    for limit in channel.limits:
        if limit.seconds > HOUR:
            count = _claimed(channels, channel, channel.target, limit, now).count()
        else:
            log = logs.get(_key(channel, channel.target, limit.scope), ())
            count = sum(now - limit.seconds < slot <= now for slot in log)
        found.append((limit, count))
    return found


def _places(channel: Channel, target: str) -> Places:
    """The logs that a send of this channel to this target stands in, each with its rules."""
    return tuple((_key(channel, target, scope), rules) for scope, rules in _rules(channel.limits))


@cache
def _rules(limits: tuple[Limit, ...]) -> tuple[tuple[Scope, tuple[Rule, ...]], ...]:
    short = [limit for limit in limits if limit.seconds <= HOUR]
    found = [(scope, tuple(rule(limit) for limit in short if limit.scope == scope)) for scope in SCOPES]
    return tuple((scope, rules) for scope, rules in found if rules)


def _quotas(channel: Channel) -> list[Limit]:
    return [limit for limit in channel.limits if limit.seconds > HOUR]


def _key(channel: Channel, target: str, scope: Scope) -> str:
    # Two long names that begin alike share their log, which is only stricter.
    return (f"{channel.account} {target}" if scope == "target" else channel.account)[:LONGEST_KEY]


def _claimed(
    channels: Mapping[str, Channel], channel: Channel, target: str, limit: Limit, now: float
) -> QuerySet[Delivery]:
    """What was claimed under a quota by now; a row that was tried twice counts once, as it does there."""
    ours = [each for each in channels.values() if each.account == channel.account]
    # Both columns, or the index on them and the time would not find the rows.
    return Delivery.objects.filter(
        channel__in=[each.id for each in ours],
        target__in=[target] if limit.scope == "target" else {target, *(each.target for each in ours)},
        claimed_at__gt=datetime.fromtimestamp(now - limit.seconds, UTC),
        claimed_at__lte=datetime.fromtimestamp(now, UTC),
    )
