"""The digest is sent once a day in each way: a row is claimed before the first byte leaves.

What dies in between, or is not answered, may have arrived. It is sent once more, and says so: two of a day
can be told apart, while one that never comes reads like a quiet day. A third time nothing is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from pipeline.clock import LEASE
from pipeline.deliver.classify import LONGEST_WAIT
from pipeline.models import Tick, TickState
from pipeline.office import Office
from pipeline.watch import digest
from pipeline.watch.heard import NotTold, closed, is_to_wait, muted, write
from pipeline.watch.ways import Way

log = logging.getLogger(__name__)

LATE = timedelta(hours=6)
"""A digest that could not be sent by then is not: what it would say is in the next one."""
LONGEST_PERIOD = timedelta(days=7)
RUN = "office.duty.digest-{way}"
"""The ticks' name; no run of schedule.yaml can be called so."""
TRIED, REFUSED, DOUBTFUL, AGAIN = "", "not sent", "may have arrived", "sent again"
"""A tick's note: the first try is open; it was refused; so was the second, after one whose end nobody knows;
the second is open."""
NEXT = {TRIED: AGAIN, REFUSED: TRIED, DOUBTFUL: AGAIN}
"""What the next try is after each; none follows an open second one."""


def moment(office: Office, now: datetime) -> datetime | None:
    """The instant of the last digest that is due, in business time; None: none is, or it is too late."""
    duty, zone = office.schedule.office.duty, office.schedule.office.zone
    if duty is None or duty.digest is None:
        return None
    today = now.astimezone(zone).date()
    days = (today, today - timedelta(days=1))
    due = next(at for day in days if (at := datetime.combine(day, duty.digest, zone)) <= now)
    return due if now - due <= LATE else None


def send(office: Office, ways: Sequence[Way], now: datetime, real_now: datetime) -> list[str]:
    """Send what is due in each way; why it did not get through, where it did not. `now` is business time."""
    due = moment(office, now)
    if due is None:
        return []
    return [why for way in ways if (why := _send(way, office, due, now, real_now))]


def _send(way: Way, office: Office, due: datetime, now: datetime, real_now: datetime) -> str:
    to = way.address
    mute = closed(office.schedule, to)
    if mute and not mute.heard and is_to_wait(mute, real_now):
        return ""
    tick = _claim(RUN.format(way=to.way), due, real_now)
    if tick is None:
        return ""
    again = tick.note == AGAIN
    try:
        found = digest.gather(office, _since(tick), due, now, real_now)
        way.say(digest.word(office, found, again))
    except NotTold as trouble:
        closed_now = muted(to, mute, trouble, real_now)
        write(to, closed_now)
        tick.lease_until = closed_now.until
        if not trouble.unknown:
            tick.note = DOUBTFUL if again else REFUSED
        tick.save(update_fields=["lease_until", "note"])
        return f"{to.setting}: {trouble}"
    tick.state, tick.finished_at = TickState.DONE, real_now
    tick.save(update_fields=["state", "finished_at"])
    return ""


def _claim(run: str, due: datetime, real_now: datetime) -> Tick | None:
    """The row of this digest where it is ours to send now; its note says whether it may have arrived."""
    tick = Tick.objects.filter(run=run, scheduled_for=due).first()
    if tick is None:
        try:
            with transaction.atomic():
                return Tick.objects.create(
                    run=run,
                    scheduled_for=due,
                    state=TickState.RUNNING,
                    started_at=real_now,
                    lease_until=real_now + LEASE,
                    note=TRIED,
                )
        except IntegrityError:
            return None
    if tick.state != TickState.RUNNING or _is_held(tick, real_now):
        return None
    ours = Tick.objects.filter(id=tick.id, state=TickState.RUNNING, lease_until=tick.lease_until)
    if (note := NEXT.get(tick.note)) is None:
        ours.update(state=TickState.FAILED, finished_at=real_now)
        log.warning("the digest of %s may have arrived twice or not at all: it is left at that", due)
        return None
    if not ours.update(lease_until=real_now + LEASE, note=note):
        return None
    tick.lease_until, tick.note = real_now + LEASE, note
    return tick


def _is_held(tick: Tick, real_now: datetime) -> bool:
    """A lease that ends later than any that is given was written by a clock that was ahead."""
    return tick.lease_until is not None and real_now < tick.lease_until <= real_now + LONGEST_WAIT


def _since(tick: Tick) -> datetime:
    """Where the last digest of this way ended, or a day ago."""
    sent = Tick.objects.filter(run=tick.run, state=TickState.DONE, scheduled_for__lt=tick.scheduled_for)
    last = sent.order_by("-scheduled_for").first()
    if last is None:
        return tick.scheduled_for - timedelta(days=1)
    return max(last.scheduled_for, tick.scheduled_for - LONGEST_PERIOD)
