"""Kills at random times under mixed faults, round after round.

`LOA_LONG=1` in the environment asks for the long versions of the tests in this folder.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from demo.faults import Storm
from tests.crash.office import killed
from tests.crash.town import NOW, STARTED, Tally, Town

LONG = bool(os.environ.get("LOA_LONG"))
FLOOD = 20
"""From more new items than this in one reading Loa waits for a yes, which is not what is tested here."""

KINDS = (
    "reset-before-accepting",
    "reset-after-accepting",
    "500-before-accepting",
    "500-after-accepting",
    "silence-before-accepting",
    "silence-after-accepting",
    "block-page",
    "too-many",
    "drip",
)
LONGEST = 10.0
"""Seconds to wait for the first word of a round, which may have nothing to send."""

RATE, SECONDS = 0.25, 0.3
"""Silence is short and ends with a closed connection: a client's own patience would outlast the round."""


@dataclass
class Chaos:
    """`kills` kills, with `workers` processes at work on the same database at the same time."""

    office: Town
    kills: int
    workers: int = 1
    per_round: int = 2

    def __post_init__(self) -> None:
        self.seed = random.SystemRandom().randrange(10**9)
        self._chance = random.Random(self.seed)
        self._whole = STARTED * 1.0
        self._done = 0

    def play(self) -> Tally:
        """Kill, then let all come to rest; returns the ledger beside the truth. Says how it goes."""
        self._measure()
        for service in (self.office.telegram, self.office.zalo):
            service.faults.append(Storm(self.seed, RATE, KINDS, SECONDS))
        while self._done < self.kills:
            self._a_round()
        self.office.calm()
        tally = self.office.compare()
        met = self.office.telegram.faults.met + self.office.zalo.faults.met
        print(f"seed {self.seed}: {self._done} kills, {met.total()} faults, {tally}", flush=True)
        return tally

    def _measure(self) -> None:
        self.office.publish(self.per_round)
        begun = time.monotonic()
        self.office.run("once", "--now", NOW, by=self.office.later)
        self._whole = time.monotonic() - begun

    def _a_round(self) -> None:
        office, chance = self.office, self._chance
        if office.items - office.collected() + self.per_round <= FLOOD:
            office.publish(self.per_round)
        office.pass_time(60)
        heard = self._heard()
        at_work = [self._start(place) for place in range(self.workers)]
        if chance.random() < 0.8:
            # Into the sending, which is short: once the first word of this round has come to a service.
            ends = time.monotonic() + LONGEST
            while self._heard() == heard and time.monotonic() < ends and _any_alive(at_work):
                time.sleep(0.005)
            span = 0.4
        else:
            span = self._whole
        begun, moments = time.monotonic(), sorted(chance.uniform(0.0, span) for _ in at_work)
        for process, moment in zip(at_work, moments, strict=True):
            self._count(process, begun + moment - time.monotonic())

    def _heard(self) -> int:
        return sum(
            len(at.truth.acts) + at.faults.met.total() for at in (self.office.telegram, self.office.zalo)
        )

    def _start(self, place: int) -> subprocess.Popen[str]:
        """The first does the whole day's work, now and then as a service; the others only deliver."""
        work: Sequence[str] = ("once",)
        if place:
            work = ("worker",)
        elif self._chance.random() > 0.9:
            work = ("run", "--bind", "127.0.0.1:0")
        return self.office.start(*work, "--now", NOW, by=self.office.later)

    def _count(self, process: subprocess.Popen[str], after: float) -> None:
        self._done += killed(process, max(0.001, after))
        if self._done and self._done % 25 == 0:
            rows = dict(self.office.ask("SELECT state, count(*) FROM pipeline_delivery GROUP BY state"))
            print(f"{self._done} kills, {self.office.items} articles, {rows}", flush=True)


def _any_alive(processes: Sequence[subprocess.Popen[str]]) -> bool:
    return any(process.poll() is None for process in processes)
