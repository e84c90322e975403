"""When a message may reach people: windows, quiet hours, days and Vietnamese holidays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)
HORIZON_DAYS = 60
"""A window that does not open in two months is a mistake of the configuration, not a wait."""


@dataclass(frozen=True)
class Window:
    """When one route lets one channel speak, in the office's zone.

    `quiet` may span midnight; `days` are Monday = 0; `free_days` are days on which nothing is pushed.
    """

    zone: ZoneInfo
    not_before: time | None = None
    not_after: time | None = None
    days: frozenset[int] = frozenset(range(7))
    quiet: tuple[time, time] | None = None
    free_days: frozenset[date] = frozenset()

    def next_open(self, moment: datetime) -> tuple[datetime, datetime] | None:
        """From `moment` (aware) on, when this window opens and closes again; None: never in sight."""
        moment = moment.astimezone(self.zone)
        for ahead in range(HORIZON_DAYS):
            day = moment.date() + timedelta(days=ahead)
            if day.weekday() not in self.days or day in self.free_days:
                continue
            for start, end in self.open_on(day):
                if moment <= end:
                    return max(start, moment), end
        return None

    def open_on(self, day: date) -> Iterable[tuple[datetime, datetime]]:
        """The stretches of `day` in which one may speak, in order; both ends belong to them."""
        first, last = self.not_before or time.min, self.not_after or time.max
        stretches = [(first, last)] if first <= last else [(time.min, last), (first, time.max)]
        if self.quiet is not None:
            stretches = [piece for stretch in stretches for piece in _without(stretch, *self.quiet)]
        for start, end in stretches:
            yield (
                datetime.combine(day, start, self.zone),
                datetime.combine(day, end, self.zone),
            )


def _without(stretch: tuple[time, time], quiet_from: time, quiet_to: time) -> list[tuple[time, time]]:
    """A stretch of one day less the quiet hours, which end where speaking begins."""
    start, end = stretch
    if quiet_from == quiet_to:
        return [stretch]
    loud = (
        [(quiet_to, quiet_from)] if quiet_to <= quiet_from else [(time.min, quiet_from), (quiet_to, time.max)]
    )
    pieces = [(max(start, opens), min(end, closes)) for opens, closes in loud]
    return sorted((opens, closes) for opens, closes in pieces if opens < closes)


def next_free(
    start: datetime, taken: Collection[datetime], opening: Callable[[datetime], datetime | None]
) -> datetime | None:
    """From `start` (aware) on, the first quarter of an hour that is open and in which nothing else is due.

    `opening` says when one may speak next; None: never in sight.
    """
    moment = _quarter(start)
    while True:
        opens = opening(moment)
        if opens is None or opens - start > timedelta(days=HORIZON_DAYS):
            return None
        if opens > moment:
            moment = _quarter(opens)
        elif any(moment <= other < moment + QUARTER for other in taken):
            moment += QUARTER
        else:
            return moment


def gaps(
    stretches: Iterable[tuple[datetime, datetime]], taken: Iterable[datetime], least: timedelta
) -> list[tuple[datetime, datetime]]:
    """Where in these stretches nothing is due for at least so long."""
    moments = sorted(taken)
    found = []
    for start, end in stretches:
        edges = [start, *(moment for moment in moments if start < moment < end), end]
        found += [(one, other) for one, other in pairwise(edges) if other - one >= least]
    return found


def _quarter(moment: datetime) -> datetime:
    """This quarter of an hour, if it has just begun, else the next one."""
    begun = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    return begun if begun == moment else begun + QUARTER


@cache
def free_days(years: tuple[int, ...], add: frozenset[date], remove: frozenset[date]) -> frozenset[date]:
    """Viet Nam's public holidays of these years, with what the office adds to and takes from them."""
    # A slow import, which only an approval needs.
    import holidays

    return frozenset(holidays.country_holidays("VN", years=years)) - remove | add
