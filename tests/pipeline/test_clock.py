"""Runs become unique ticks: two clocks make one run, what was missed is caught up or reported."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from pipeline.clock import LAST_LOOK, LEASE, Clock, Interrupted, firings
from pipeline.models import OfficeFact, Tick
from pipeline.office import Office
from pipeline.schedule import OfficeSettings, RunSettings, Schedule

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = RunSettings(
    id="sang", at=time(4, 30), days=frozenset(range(6)), job="once", catch_up=timedelta(hours=3)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


def office(now: datetime, *runs: RunSettings) -> Office:
    schedule = Schedule(
        path=Path("schedule.yaml"), office=OfficeSettings(name="Văn phòng"), runs=runs or (MORNING,)
    )
    return Office(schedule, Path(), lambda: now, MappingProxyType({}), {})


class Days:
    """A clock that is looked at on several days, and how often its job ran."""

    def __init__(self, start: str) -> None:
        self.ran = 0
        self.look(start)

    def look(self, moment: str) -> list[tuple[str, str]]:
        Clock(office(at(moment)), {"once": self._job}).look()
        rows = Tick.objects.order_by("scheduled_for")
        return [(row.scheduled_for.astimezone(HANOI).strftime("%d %H:%M"), row.state) for row in rows]

    def _job(self, _run: RunSettings, _moment: datetime) -> None:
        self.ran += 1


def test_days_are_named_and_monday_is_monday() -> None:
    monday = replace_days(frozenset({0}))
    found = list(
        firings(monday, office(at("2026-11-22T00:00")), at("2026-11-22T00:00"), at("2026-12-08T00:00"))
    )
    assert found == [at("2026-11-23T04:30"), at("2026-11-30T04:30"), at("2026-12-07T04:30")]
    assert [moment.weekday() for moment in found] == [0, 0, 0]


def replace_days(days: frozenset[int]) -> RunSettings:
    return MORNING.model_copy(update={"days": days})


@pytest.mark.django_db
def test_a_run_comes_once_whoever_looks_and_however_often() -> None:
    days = Days("2026-11-23T04:00")
    for _ in range(3):
        assert days.look("2026-11-23T04:31") == [("23 04:30", "done")]
    assert days.ran == 1


@pytest.mark.django_db
def test_what_a_power_cut_missed_is_caught_up_within_its_limit_and_reported_beyond() -> None:
    days = Days("2026-11-23T04:00")
    assert days.look("2026-11-23T07:30") == [("23 04:30", "done")]
    assert days.look("2026-11-24T07:31") == [("23 04:30", "done"), ("24 04:30", "missed")]
    assert days.ran == 1


@pytest.mark.django_db
def test_of_several_missed_runs_only_the_newest_is_caught_up() -> None:
    days = Days("2026-11-23T04:00")
    found = days.look("2026-11-26T05:00")
    assert [state for _, state in found] == ["missed", "missed", "missed", "done"]
    assert days.ran == 1


@pytest.mark.django_db
def test_nothing_before_the_run_was_known_is_missed() -> None:
    assert Days("2026-11-23T12:00").look("2026-11-23T13:00") == []


@pytest.mark.django_db
def test_a_run_whose_process_died_is_taken_over_after_its_lease() -> None:
    days = Days("2026-11-23T04:00")
    dead = datetime.now(UTC) - timedelta(seconds=1)
    Tick.objects.create(run="sang", scheduled_for=at("2026-11-23T04:30"), state="running", lease_until=dead)
    assert days.look("2026-11-23T04:50") == [("23 04:30", "done")]
    assert days.ran == 1


@pytest.mark.django_db
def test_a_run_that_somebody_else_is_doing_is_left_to_them() -> None:
    days = Days("2026-11-23T04:00")
    alive = datetime.now(UTC) + LEASE
    Tick.objects.create(run="sang", scheduled_for=at("2026-11-23T04:30"), state="running", lease_until=alive)
    assert days.look("2026-11-23T04:50") == [("23 04:30", "running")]
    assert days.ran == 0


@pytest.mark.django_db
def test_a_run_that_fails_is_reported_and_the_next_one_comes() -> None:
    Days("2026-11-23T04:00")

    def broken(_run: RunSettings, _moment: datetime) -> None:
        raise OSError("no space left")

    Clock(office(at("2026-11-23T04:31")), {"once": broken}).look()
    tick = Tick.objects.get()
    assert (tick.state, tick.note) == ("failed", "OSError: no space left")
    again = Days("2026-11-23T05:00")
    assert again.look("2026-11-24T04:31")[-1] == ("24 04:30", "done")


@pytest.mark.django_db
@pytest.mark.parametrize("put_right", ["2026-11-23T08:05", "2026-11-24T04:31"])
def test_a_clock_that_was_ahead_for_years_stops_no_run(put_right: str) -> None:
    days = Days("2026-11-23T04:00")
    days.look("2026-11-23T08:00")
    days.look("2030-11-23T08:00")
    days.look(put_right)
    assert days.look("2026-11-24T04:32")[-1] == ("24 04:30", "done")
    assert days.look("2026-11-25T04:31")[-1] == ("25 04:30", "done")
    assert days.ran == 2


@pytest.mark.django_db
def test_an_office_that_was_opened_by_a_clock_ahead_has_its_runs() -> None:
    days = Days("2030-11-23T04:00")
    assert days.look("2026-11-23T04:31") == []
    known = OfficeFact.objects.get(name="run-known-since:sang")
    assert known.value == at("2026-11-23T04:31").isoformat()
    assert days.look("2026-11-24T04:31") == [("24 04:30", "done")]


@pytest.mark.django_db
def test_what_another_clock_a_little_ahead_has_run_is_not_run_again() -> None:
    days = Days("2026-11-23T04:00")
    days.look("2026-11-23T04:30:10")
    assert days.look("2026-11-23T04:29:50") == days.look("2026-11-23T04:31") == [("23 04:30", "done")]
    assert days.ran == 1


@pytest.mark.django_db
def test_a_run_that_was_told_to_stop_is_begun_again_by_whoever_looks_next() -> None:
    days = Days("2026-11-23T04:00")

    def told_to_stop(_run: RunSettings, _moment: datetime) -> None:
        raise Interrupted

    Clock(office(at("2026-11-23T04:31")), {"once": told_to_stop}).look()
    assert Tick.objects.get().state == "running"
    assert days.look("2026-11-23T04:32") == [("23 04:30", "done")]
    assert days.ran == 1


@pytest.mark.django_db
def test_a_clock_that_looks_says_so_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, told = Clock(office(at("2026-11-23T04:00")), {}), []
    for seconds in (0, 5, 59, 60, 65, -3600):
        moment = at("2026-11-23T04:00") + timedelta(seconds=seconds)
        monkeypatch.setattr("pipeline.clock.real_now", lambda moment=moment: moment)
        clock.look()
        told.append(OfficeFact.objects.get(name=LAST_LOOK).value[11:16])
    assert told == ["04:00", "04:00", "04:00", "04:01", "04:01", "03:00"]
