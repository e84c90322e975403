"""The clock: schedule.yaml's runs become unique ticks, sources are read in their rhythm, deliveries flow.

APScheduler keeps a memory store only; the truth is schedule.yaml and the Tick rows, so two clocks on one
database make one run, and what a power cut missed is caught up or reported.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger
from django.db import IntegrityError, transaction

from pipeline.audit import Act, record
from pipeline.deliver.engine import real_now
from pipeline.models import OfficeFact, Tick, TickState
from pipeline.office import Office
from pipeline.schedule import RunSettings

log = logging.getLogger(__name__)

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TELLS_EVERY = timedelta(minutes=1)
"""How often a clock that looks says so: each time would be a write to the disk."""
LEASE = timedelta(minutes=15)
"""A run that has not finished by then is taken for dead and begun again; its steps may be repeated."""
BULLETIN_LEASE = timedelta(minutes=2)
"""A broadcast does not wait; what is frozen stays frozen, whoever writes it again."""

LAST_LOOK = "last-look"
"""The fact by which others know that a clock is at work."""
CAN_DO = ("once", "backup", "bulletin")
"""The jobs of this version; the reader of schedule.yaml warns of the others by name."""


def firings(run: RunSettings, office: Office, after: datetime, until: datetime) -> Iterator[datetime]:
    """The instants in (after, until] at which schedule.yaml asks for this run, in the office's zone."""
    days = ",".join(DAY_NAMES[day] for day in sorted(run.days))
    trigger = CronTrigger(
        hour=run.at.hour, minute=run.at.minute, day_of_week=days, timezone=office.schedule.office.zone
    )
    moment = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    while moment is not None and moment <= until:
        yield moment
        moment = trigger.get_next_fire_time(moment, moment + timedelta(microseconds=1))


def patience(run: RunSettings) -> timedelta:
    """How late a firing may still run: a bulletin's up to its broadcast, which may be the next day."""
    if run.job != "bulletin":
        return run.catch_up
    at, slot = (60 * each.hour + each.minute for each in (run.at, run.slot or run.at))
    return max(run.catch_up, timedelta(minutes=(slot - at) % (24 * 60) or 24 * 60))


def next_firing(run: RunSettings, office: Office, now: datetime) -> datetime | None:
    """When this run comes next; None only for a run that can never come."""
    return next(firings(run, office, now, now + timedelta(days=8)), None)


def _lease(run: RunSettings) -> timedelta:
    return BULLETIN_LEASE if run.job == "bulletin" else LEASE


Job = Callable[[RunSettings, datetime], object]
"""What a run calls, with the instant (aware) for which it was scheduled."""


class Interrupted(Exception):
    """A job was told to stop half-way: its run is begun again by whoever looks next."""


class Clock:
    """Looks at the time and does what has become due; `jobs` by their names in schedule.yaml."""

    def __init__(self, office: Office, jobs: Mapping[str, Job]) -> None:
        self._office = office
        self._jobs = jobs
        self._told: datetime | None = None

    def look(self) -> list[Tick]:
        """Fire what is due since the last look, whoever looked; returns the ticks that ran here."""
        now = self._office.now()
        self._tell_that_we_look()
        ran = []
        for run in self._office.schedule.runs:
            if run.job not in CAN_DO:
                continue
            self._forget_the_future(run, now)
            due = list(firings(run, self._office, self._looked_until(run, now), now))
            late = [moment for moment in due if moment is not due[-1] or now - moment > patience(run)]
            for moment in late:
                self._miss(run, moment)
            if due and due[-1] not in late and (tick := self._begin(run, due[-1])):
                ran.append(self._do(run, tick))
            ran += [self._do(run, tick) for tick in self._abandoned(run, now)]
        return ran

    def _tell_that_we_look(self) -> None:
        real = real_now()
        if self._told is None or not self._told <= real < self._told + TELLS_EVERY:
            OfficeFact.objects.update_or_create(name=LAST_LOOK, defaults={"value": real.isoformat()})
            self._told = real

    def _forget_the_future(self, run: RunSettings, now: datetime) -> None:
        """Only a clock that was ahead can have missed what may still be run."""
        may_run = max(firings(run, self._office, now - patience(run), now), default=now)
        Tick.objects.filter(run=run.id, state=TickState.MISSED, scheduled_for__gte=may_run).delete()

    def _looked_until(self, run: RunSettings, now: datetime) -> datetime:
        last = Tick.objects.filter(run=run.id, scheduled_for__lte=now).order_by("-scheduled_for").first()
        if last is not None:
            return last.scheduled_for
        fact = f"run-known-since:{run.id}"
        opened, _ = OfficeFact.objects.get_or_create(name=fact, defaults={"value": now.isoformat()})
        if datetime.fromisoformat(opened.value) > now:
            opened.value = now.isoformat()
            opened.save(update_fields=["value"])
        return datetime.fromisoformat(opened.value)

    def _begin(self, run: RunSettings, moment: datetime) -> Tick | None:
        """Insert the tick; None where another clock was first."""
        try:
            with transaction.atomic():
                return Tick.objects.create(
                    run=run.id,
                    scheduled_for=moment,
                    state=TickState.RUNNING,
                    started_at=real_now(),
                    lease_until=real_now() + _lease(run),
                )
        except IntegrityError:
            return None

    def _abandoned(self, run: RunSettings, now: datetime) -> list[Tick]:
        """Ticks whose process died in the middle, taken over by exactly one of us."""
        taken = []
        for tick in Tick.objects.filter(run=run.id, state=TickState.RUNNING, lease_until__lt=real_now()):
            ours = Tick.objects.filter(id=tick.id, state=TickState.RUNNING, lease_until=tick.lease_until)
            if now - tick.scheduled_for > patience(run):
                ours.update(state=TickState.FAILED, note="died in the middle and was found too late")
            elif ours.update(lease_until=real_now() + _lease(run)):
                taken.append(tick)
        return taken

    def _miss(self, run: RunSettings, moment: datetime) -> None:
        try:
            with transaction.atomic():
                Tick.objects.create(run=run.id, scheduled_for=moment, state=TickState.MISSED)
                record(Act("clock", "missed", f"run:{run.id}", after={"at": moment.isoformat()}))
        except IntegrityError:
            return
        log.warning("run %s of %s was missed", run.id, moment.isoformat())

    def _do(self, run: RunSettings, tick: Tick) -> Tick:
        try:
            self._jobs[run.job](run, tick.scheduled_for)
            tick.state = TickState.DONE
        except Interrupted:
            tick.lease_until = real_now()
            tick.save(update_fields=["lease_until"])
            return tick
        except Exception as error:
            # The next run must still come; this one is reported as failed, with its reason.
            log.exception("run %s failed", run.id)
            tick.state, tick.note = TickState.FAILED, f"{type(error).__name__}: {error}"
        tick.finished_at = real_now()
        tick.save(update_fields=["state", "note", "finished_at"])
        return tick
