"""What the duty officer has heard in each way, and which way is closed: remembered for each by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError

from pipeline.deliver.classify import LONGEST_WAIT, backoff
from pipeline.models import OfficeFact
from pipeline.schedule import Schedule
from pipeline.watch.values import Address, Mute

SELDOM = timedelta(minutes=15)
"""A way that stays closed is tried at least so often, unless the service asks for more."""
_TOLD = {"mail": "duty-told", "chat": "duty-told-chat"}
_CLOSED = "duty-closed-"


class NotTold(Exception):
    """The word did not get through, or nobody knows; `str()` says why. It is tried again at a later look."""

    def __init__(
        self, why: str, *, seconds: float = 0.0, by_person: bool = False, unknown: bool = False
    ) -> None:
        """`seconds`: the wait that the service asks for. `unknown`: it may have arrived."""
        super().__init__(why)
        self.seconds = seconds
        self.by_person = by_person
        self.unknown = unknown


@dataclass(frozen=True)
class Told:
    """A trouble that the duty officer has heard of."""

    since: str
    message: str


def addresses(schedule: Schedule) -> tuple[Address, ...]:
    """The ways in which this office's duty officer is to be told."""
    duty = schedule.office.duty
    found = []
    if duty and duty.smtp:
        found.append(Address("mail", "thư điện tử", "office.duty.smtp", ", ".join(duty.email)))
    if duty and duty.chat:
        kinds = {channel.id: channel.kind for channel in schedule.channels}
        called = "Telegram" if kinds[duty.chat.channel] == "telegram" else "Zalo"
        found.append(Address("chat", called, "office.duty.chat", f"{duty.chat.channel} {duty.chat.to}"))
    return tuple(found)


def recall(data: Path, way: str) -> dict[str, Told]:
    """What was told: in the database for all machines; of a database that is away, in a file of this one."""
    name = _TOLD[way]
    try:
        fact = OfficeFact.objects.filter(name=name).first()
    except DatabaseError:
        fact = None
    said: dict[str, list[str]] = json.loads(fact.value) if fact else {}
    with suppress(FileNotFoundError, ValueError):
        # Cut off by a full disk it says nothing, and all is told again.
        said |= json.loads((data / name).read_text())
    return {key: Told(*each) for key, each in said.items()}


def remember(data: Path, way: str, told: Mapping[str, Told]) -> None:
    """Write what was told. Raises OSError."""
    name = _TOLD[way]
    said = {key: [each.since, each.message] for key, each in told.items()}
    local = {key: each for key, each in said.items() if key == "database:"}
    shared = json.dumps({key: each for key, each in said.items() if key not in local}, sort_keys=True)
    if local:
        (data / f"{name}.new").write_text(json.dumps(local))
        (data / f"{name}.new").replace(data / name)
    else:
        (data / name).unlink(missing_ok=True)
    try:
        if OfficeFact.objects.filter(name=name).values_list("value", flat=True).first() != shared:
            OfficeFact.objects.update_or_create(name=name, defaults={"value": shared})
    except DatabaseError:
        # It holds what it held; nothing of that is over while it cannot be asked.
        return


def mutes(schedule: Schedule, said: Mapping[str, str]) -> tuple[Mute, ...]:
    """The ways that are closed; `said` holds the office's facts by name."""
    found = [
        (address, json.loads(said[_CLOSED + address.way]))
        for address in addresses(schedule)
        if _CLOSED + address.way in said
    ]
    return tuple(
        Mute(
            address,
            each["why"],
            datetime.fromisoformat(each["since"]),
            datetime.fromisoformat(each["until"]),
            each["tries"],
            each["by_person"],
            each["heard"],
        )
        for address, each in found
        if each["of"] == address.of
    )


def closed(schedule: Schedule, address: Address) -> Mute | None:
    """Whether this way is; where the database is away nobody knows, and it is tried."""
    try:
        said = dict(OfficeFact.objects.filter(name=_CLOSED + address.way).values_list("name", "value"))
    except DatabaseError:
        return None
    return next((mute for mute in mutes(schedule, said) if mute.address == address), None)


def is_to_wait(mute: Mute, real_now: datetime) -> bool:
    """Whether it is too early for another try; a longer wait was written by a clock that was ahead."""
    return real_now < mute.until <= real_now + LONGEST_WAIT


def muted(address: Address, before: Mute | None, trouble: NotTold, real_now: datetime) -> Mute:
    """What a try that failed comes to: soon again at first, then ever more seldom. Purely."""
    again = before is not None and not before.heard
    tries = before.tries + 1 if before and again else 1
    wait = max(min(backoff(tries - 1), SELDOM), timedelta(seconds=trouble.seconds))
    since = before.since if before and again else real_now
    until = real_now + min(wait, LONGEST_WAIT)
    return Mute(address, str(trouble), since, until, tries, trouble.by_person, heard=False)


def write(address: Address, mute: Mute | None) -> None:
    """Remember that a way is closed, or that it is open."""
    name = _CLOSED + address.way
    try:
        if mute is None:
            OfficeFact.objects.filter(name=name).delete()
            return
        value = asdict(mute) | {"of": mute.address.of}
        value.pop("address")
        OfficeFact.objects.update_or_create(
            name=name, defaults={"value": json.dumps(value, default=datetime.isoformat)}
        )
    except DatabaseError:
        # Without it the way is tried at every look.
        return
