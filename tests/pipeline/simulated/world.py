"""The simulated office: its agencies, its services, its clock, and what it remembers of what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction

from channels.base import Channel
from channels.portal import PortalChannel
from pipeline.deliver.classify import Outcome
from pipeline.deliver.values import Claimed
from pipeline.entry import Marker
from pipeline.office import Office
from pipeline.schedule import OfficeSettings, Published, Review, RouteSettings, Schedule, SourceSettings
from tests.pipeline.day import at, person
from tests.pipeline.simulated.far_side import LONG, Agency, Service


class BrokenPromise(AssertionError):
    """What Loa promises does not hold; `str()` says which promise."""


class Killed(BaseException):
    """The process is dead."""


def promise(holds: object, words: str, *about: object) -> None:
    if not holds:
        raise BrokenPromise(" ".join([words, *map(str, about)]))


@contextmanager
def killed_at(statement: int | None) -> Iterator[None]:
    """The process dies at the n-th statement of what it does: what was committed stays, the rest is gone."""
    left = statement

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        if left is not None and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            if not left:
                left = None
                raise Killed
            left -= 1
        return execute(sql, params, many, context)

    try:
        with suppress(Killed), connection.execute_wrapper(count):
            yield
    finally:
        # The transaction around the test is none of the dead process's.
        transaction.set_rollback(False)


@dataclass
class Flight:
    """What one worker has in hand, and what came of each of its sends."""

    owner: str
    rows: tuple[Claimed, ...]
    left_at: timedelta
    """On the clock that never jumps."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class Luck:
    """What one event leaves to chance."""

    which: int = 0
    flag: bool = False
    fates: tuple[str, ...] = ()
    """What becomes of the first sends; all others are answered."""
    death: int | None = None
    """The statement at which the process dies."""

    @property
    def length(self) -> str:
        return LONG if self.flag else "ngắn"


class World:
    """`again` is how often a person said "send again"; `misled` where a person said what is not true."""

    folder = Path()
    """For what an office may write."""

    def __init__(self) -> None:
        super().__init__()
        self.clean = transaction.savepoint()
        self.now = at("2026-11-23T08:00")
        self.elapsed = timedelta()
        self.agencies = {"vp": Agency("vp", Marker.APPROVED), "so": Agency("so", Marker.MISSING)}
        self.services = {
            each.id: each
            for each in (
                Service("telegram", edits=True, short=True),
                Service("bot", short=True),
                Service("oa", edits=True, steps=True),
                Service("radio", keyed=True, rings=True),
                Service("hoi", asks=True),
            )
        }
        self.office = self._office()
        self.hoa = person("hoa", "approver")
        self.told = 0
        self.flights: list[Flight] = []
        self.dead: set[str] = set()
        self.workers = 0
        self.again: Counter[str] = Counter()
        self.misled: set[tuple[int, str]] = set()
        self.yes: set[str] = set()

    def _office(self) -> Office:
        schedule = Schedule(
            path=self.folder / "schedule.yaml",
            office=OfficeSettings(
                name="Văn phòng",
                base_url="https://cong.example",
                quiet_hours=(at("2026-11-23T21:30").time(), at("2026-11-23T05:00").time()),
            ),
            sources=tuple(
                SourceSettings(
                    id=agency.id,
                    agency=agency.id,
                    url=f"https://{agency.id}.example/rss",
                    approval=Published() if agency.marker is Marker.APPROVED else Review(),
                )
                for agency in self.agencies.values()
            ),
            routes=(
                RouteSettings(channels=("cong", "telegram", "bot", "oa"), sources=("vp",)),
                RouteSettings(channels=("cong", "telegram", "radio", "hoi"), sources=("so",)),
            ),
        )
        every: tuple[Channel, ...] = (PortalChannel("cong", "https://cong.example"), *self.services.values())
        channels = {channel.id: channel for channel in every}
        return Office(schedule, self.folder, lambda: self.now, MappingProxyType(channels), {})

    def _wait(self, time: timedelta) -> None:
        self.now += time
        self.elapsed += time
