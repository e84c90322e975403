"""What should happen to an item, worked out from schedule.yaml's routes by hand: the office is not asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from demo.month.agencies import OFFICE_TIME
from demo.month.articles import Item

PULLED = ("cong", "bao-chi")
CHATS = ("telegram-tinh", "telegram-nhom")
PUSHED = (*CHATS, "zalo", "zalo-nhom")
CHANNELS = (*PULLED, *PUSHED, "loa")
QUIET = (time(21, 30), time(5))
WINDOWS = {
    "telegram-tinh": (time(7), time(21, 30)),
    "telegram-nhom": (time(7), time(20)),
    "zalo": (time(7), time(21, 30)),
    "zalo-nhom": (time(7), time(21)),
}
RUNS = {"sang": (time(8), range(6)), "chieu": (time(16), range(6)), "sao-luu": (time(1, 30), range(7))}
"""When the clock's runs come, and on which days; 0 is Monday."""
HOLIDAYS = frozenset(date(2027, 2, day) for day in range(4, 11)) | {date(2027, 1, 1)}
"""Tết Đinh Mùi is on 6 February 2027: nobody is rung up on these days, but in an emergency."""


def channels_of(item: Item) -> set[str]:
    """Where an item goes."""
    chosen = {*PULLED}
    if item.source in ("stp", "snnmt") or item.topic in (1, 2, 3, 4, 5):
        chosen |= {"telegram-tinh", "zalo"}
    if item.kind in ("tin", "thong-bao"):
        chosen |= {"zalo-nhom", "loa"}
    if item.kind == "thong-bao":
        chosen.add("telegram-nhom")
    return chosen


def due(channel: str, ready: datetime) -> datetime:
    """When a post that is ready then may go out there."""
    window = WINDOWS.get(channel)
    if window is None:
        return ready
    local = ready.astimezone(OFFICE_TIME)
    while True:
        opens = datetime.combine(local.date(), window[0], OFFICE_TIME)
        closes = datetime.combine(local.date(), window[1], OFFICE_TIME)
        if local.date() not in HOLIDAYS and local <= closes:
            return max(local, opens)
        local = datetime.combine(local.date() + timedelta(days=1), time(), OFFICE_TIME)


def too_early(channel: str, moment: datetime, *, asleep: timedelta = timedelta(minutes=1)) -> bool:
    """Whether a post there wakes somebody or comes on a holiday; no nearer to the edge than `asleep`."""
    window = WINDOWS.get(channel)
    if window is None:
        return False
    local = moment.astimezone(OFFICE_TIME)
    opens = datetime.combine(local.date(), window[0], OFFICE_TIME) - asleep
    closes = datetime.combine(local.date(), window[1], OFFICE_TIME) + asleep
    return local.date() in HOLIDAYS or not opens <= local <= closes


def in_quiet_hours(moment: datetime) -> bool:
    """Whether nobody may be rung up."""
    local = moment.astimezone(OFFICE_TIME) - timedelta(minutes=1)
    return local.time() >= QUIET[0] or local.time() < QUIET[1]


def firings(begun: datetime, ended: datetime) -> list[tuple[str, datetime]]:
    """The runs that were due after `begun` and up to `ended` (aware)."""
    day, found = begun.astimezone(OFFICE_TIME).date(), []
    while day <= ended.astimezone(OFFICE_TIME).date():
        for run, (at, days) in RUNS.items():
            moment = datetime.combine(day, at, OFFICE_TIME)
            if day.weekday() in days and begun < moment <= ended:
                found.append((run, moment))
        day += timedelta(days=1)
    return found


def overlap(begun: datetime, ended: datetime, spans: Collection[tuple[datetime, datetime]]) -> timedelta:
    """How much of that time lies in these spans."""
    shares = (min(ended, until) - max(begun, since) for since, until in spans)
    return sum((share for share in shares if share > timedelta()), timedelta())
