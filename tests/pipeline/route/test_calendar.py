"""Windows never open in quiet hours, on free days or outside their hours, whatever the instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.route.calendar import QUARTER, Window, free_days, gaps, next_free

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
QUIET = (time(21, 30), time(5))

times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
instants = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - Hypothesis wants naive bounds
    datetime(2027, 12, 1),  # noqa: DTZ001
    timezones=st.just(HANOI),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("now", "opens", "closes"),
    [
        ("2026-11-23T08:00", "2026-11-23T08:00", "2026-11-23T21:30"),
        ("2026-11-23T04:30", "2026-11-23T05:00", "2026-11-23T21:30"),
        ("2026-11-23T21:30", "2026-11-23T21:30", "2026-11-23T21:30"),
        ("2026-11-23T21:31", "2026-11-24T05:00", "2026-11-24T21:30"),
    ],
)
def test_quiet_hours_across_midnight(now: str, opens: str, closes: str) -> None:
    assert Window(HANOI, quiet=QUIET).next_open(at(now)) == (at(opens), at(closes))


def test_a_window_inside_the_day_and_named_days() -> None:
    weekdays = Window(HANOI, not_before=time(7), not_after=time(11), days=frozenset({0, 1, 2, 3, 4}))
    saturday = at("2026-11-28T09:00")
    assert weekdays.next_open(saturday) == (at("2026-11-30T07:00"), at("2026-11-30T11:00"))


def test_a_window_that_never_opens_is_said_so() -> None:
    assert (
        Window(HANOI, not_before=time(22), not_after=time(23), quiet=QUIET).next_open(at("2026-11-23T08:00"))
        is None
    )


def test_tet_and_the_offices_own_days() -> None:
    days = free_days((2026, 2027), frozenset({date(2026, 11, 25)}), frozenset({date(2026, 11, 24)}))
    assert date(2027, 2, 6) in days
    window = Window(HANOI, free_days=days, quiet=QUIET)
    assert window.next_open(at("2026-11-24T06:00")) == (at("2026-11-24T06:00"), at("2026-11-24T21:30"))
    assert window.next_open(at("2026-11-25T06:00"))[0] == at("2026-11-26T05:00")  # type: ignore[index]


@given(
    now=instants,
    hours=st.none() | st.tuples(times, times),
    quiet=st.none() | st.tuples(times, times),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    free=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5),
)
def test_what_opens_is_open(
    now: datetime,
    hours: tuple[time, time] | None,
    quiet: tuple[time, time] | None,
    days: frozenset[int],
    free: frozenset[date],
) -> None:
    first, last = hours or (None, None)
    window = Window(HANOI, first, last, days, quiet, free)
    found = window.next_open(now.astimezone(UTC))
    if found is None:
        return
    opens, closes = (moment.astimezone(HANOI) for moment in found)
    assert now <= opens <= closes
    assert opens.date() == closes.date()
    assert opens.weekday() in days
    assert opens.date() not in free
    for moment in (opens, closes, opens + (closes - opens) / 2):
        clock = moment.time()
        if hours:
            inside = first <= clock <= last if first <= last else (clock >= first or clock <= last)  # type: ignore[operator]
            assert inside
        if quiet and quiet[0] != quiet[1]:
            start, end = quiet
            silent = start < clock < end if start < end else (clock > start or clock < end)
            assert not silent
    assert window.next_open(opens) == found


@given(now=instants, quiet=st.tuples(times, times))
def test_nothing_open_is_passed_over(now: datetime, quiet: tuple[time, time]) -> None:
    found = Window(HANOI, quiet=quiet).next_open(now)
    assert found is not None
    assert found[0] - now <= timedelta(days=1)


def test_the_next_free_quarter_is_open_and_empty() -> None:
    def opening(moment: datetime) -> datetime | None:
        found = Window(HANOI, quiet=QUIET).next_open(moment)
        return found[0] if found else None

    taken = [at("2026-11-23T08:00"), at("2026-11-23T08:29"), at("2026-11-24T05:10")]
    assert next_free(at("2026-11-23T07:59"), taken, opening) == at("2026-11-23T08:30")
    assert next_free(at("2026-11-23T07:45"), taken, opening) == at("2026-11-23T07:45")
    assert next_free(at("2026-11-23T21:31"), taken, opening) == at("2026-11-24T05:15")
    assert next_free(at("2026-11-23T21:31"), taken, lambda _: None) is None


@given(instants, st.lists(instants, max_size=6), st.tuples(times, times))
def test_what_is_free_is_free(start: datetime, taken: list[datetime], quiet: tuple[time, time]) -> None:
    window = Window(HANOI, quiet=quiet)

    def opening(moment: datetime) -> datetime | None:
        found = window.next_open(moment)
        return found[0] if found else None

    free = next_free(start, taken, opening)
    if free is not None:
        assert free >= start
        assert opening(free) == free
        assert not any(free <= other < free + QUARTER for other in taken)
        assert (free.minute % 15, free.second, free.microsecond) == (0, 0, 0)


def test_gaps_lie_between_what_is_planned() -> None:
    day = [(at("2026-11-23T05:00"), at("2026-11-23T21:30"))]
    planned = [at("2026-11-23T17:00"), at("2026-11-23T07:00"), at("2026-11-23T23:00")]
    assert gaps(day, planned, timedelta(hours=3)) == [
        (at("2026-11-23T07:00"), at("2026-11-23T17:00")),
        (at("2026-11-23T17:00"), at("2026-11-23T21:30")),
    ]
    assert gaps([], planned, timedelta(hours=3)) == []
