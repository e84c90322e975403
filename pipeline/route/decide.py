"""Deciding: an approved revision and the routes give the posts to make, each with its channel and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from channels.base import Priority
from pipeline.route.calendar import Window, free_days
from pipeline.schedule import OfficeSettings, RouteSettings

RANK = {Priority.NORMAL: 0, Priority.PRIORITY: 1, Priority.EMERGENCY: 2}


@dataclass(frozen=True)
class Facts:
    """What routing looks at. `emergency` is an approver's grant; a feed only asks for it."""

    source: str
    topic: int | None
    kind: str | None
    priority: Priority
    embargo: datetime | None
    expires: datetime | None
    emergency: bool = False

    @property
    def granted(self) -> Priority:
        """The priority that counts: an emergency that nobody granted goes out as a priority."""
        if self.emergency:
            return Priority.EMERGENCY
        return Priority.PRIORITY if self.priority is Priority.EMERGENCY else self.priority


class Destination(Protocol):
    """What deciding needs to know of a channel; `channels.base.Channel` has it."""

    @property
    def id(self) -> str: ...
    @property
    def push(self) -> bool: ...
    @property
    def rings(self) -> bool: ...


@dataclass(frozen=True)
class Post:
    """One revision to one channel, not before `due_at`, not in one go after `closes_at`; all aware."""

    channel: str
    due_at: datetime
    closes_at: datetime
    expires_at: datetime | None
    rank: int


def decide(
    facts: Facts,
    routes: Sequence[RouteSettings],
    channels: Sequence[Destination],
    office: OfficeSettings,
    now: datetime,
) -> tuple[Post, ...]:
    """The posts of one revision: the first matching route wins for each channel; no route, no post.

    A post whose window opens only after the revision has expired is not made.
    """
    posts = []
    start = max(now, facts.embargo) if facts.embargo else now
    for channel in channels:
        route = next((r for r in routes if channel.id in r.channels and _matches(r, facts)), None)
        if route is None:
            continue
        opening = _window(route, channel, facts, office, start).next_open(start)
        if opening is None or (facts.expires is not None and opening[0] >= facts.expires):
            continue
        posts.append(Post(channel.id, *opening, facts.expires, RANK[facts.granted]))
    return tuple(posts)


def follow_up(channel: Destination, office: OfficeSettings, now: datetime) -> Post:
    """When a correction or a withdrawal goes to a channel that carried the post: at once, before all else.

    Only where it is a message of its own that people hear does it keep the quiet hours. No route is asked:
    who has read the one must hear of the other, also after the article has expired.
    """
    quiet = office.quiet_hours if channel.rings else None
    opening = Window(zone=office.zone, quiet=quiet).next_open(now)
    if opening is None:
        raise ValueError("quiet hours never end")
    return Post(channel.id, *opening, None, RANK[Priority.EMERGENCY])


def _matches(route: RouteSettings, facts: Facts) -> bool:
    return (
        (not route.sources or facts.source in route.sources)
        and (not route.topics or facts.topic in route.topics)
        and (not route.kinds or facts.kind in route.kinds)
        and (not route.priority or facts.granted in route.priority)
    )


def _window(
    route: RouteSettings, channel: Destination, facts: Facts, office: OfficeSettings, start: datetime
) -> Window:
    window = Window(
        zone=office.zone,
        not_before=route.not_before,
        not_after=route.not_after,
        days=route.days or frozenset(range(7)),
    )
    if facts.granted is Priority.EMERGENCY:
        return Window(zone=office.zone)
    if channel.push:
        year = start.astimezone(office.zone).year
        days = free_days((year, year + 1), frozenset(office.holidays.add), frozenset(office.holidays.remove))
        window = replace(window, quiet=office.quiet_hours, free_days=days)
    return window
