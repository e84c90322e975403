"""The office as the month's player has it: a folder, one process at a time in it, and SIGKILL."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from demo.month.clock import VARIABLE, SharedClock

ROOT = Path(__file__).parents[2]
LONGEST = 120.0
"""Seconds of true time in which the office must answer."""
TICK = 0.05
"""True seconds between two looks whether it is time to kill."""
SENDING = 0.8
"""The share of the kills that wait until a channel's service hears something."""
PATIENCE = timedelta(hours=2)
"""Of simulated time: then such a kill strikes all the same."""
INTO = 0.04
"""True seconds after that by which it strikes at the latest: a send is over and confirmed in less."""


class Refused(Exception):
    """The office says that an act is not allowed; `str()` is its reason, in Vietnamese."""


class Bell:
    """Rung by any thread, heard by `multiprocessing.connection.wait`."""

    def __init__(self) -> None:
        self.rung, self._rope = os.pipe()
        os.set_blocking(self.rung, False)
        os.set_blocking(self._rope, False)

    def ring(self) -> None:
        with suppress(BlockingIOError):
            os.write(self._rope, b"!")

    def silence(self) -> None:
        """Forget what was rung."""
        with suppress(BlockingIOError):
            while os.read(self.rung, 4096):
                pass


class House:
    """Whoever asks is answered, by the next process where one is killed; `bell` tells of sends."""

    def __init__(self, folder: Path, clock: SharedClock, chance: random.Random, bell: Bell) -> None:
        self.folder = folder
        self.data = folder / "var"
        self.clock = clock
        self.bell = bell
        self.kills: list[datetime] = []
        """When it is to be killed, the last one first."""
        self.killed = 0
        self.away: list[tuple[datetime, datetime]] = []
        """From when to when nobody was at work."""
        self._chance = chance
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["demo.month.warm"])
        self._process: ForkServerProcess | None = None
        self._line: Connection | None = None
        self._left: datetime | None = None
        self._aims: bool | None = None
        """Whether the kill that is due waits for the bell; None where that is not known yet."""

    def ask(self, name: str, *arguments: object) -> Any:
        """What `Inside` answers, however many of its processes are killed meanwhile. Raises `Refused`."""
        while True:
            line = self._open()
            try:
                line.send((name, arguments))
                if not self._wait(line):
                    continue
                allowed, answer = line.recv()
            except (EOFError, ConnectionError):
                if self._process is None:
                    continue
                self._process.join()
                died = f"the office died by itself ({self._process.exitcode}): {self._last_words()}"
                raise RuntimeError(died) from None
            if not allowed:
                raise Refused(answer)
            return answer

    def close(self, minutes: float = 2) -> None:
        """Kill it; who comes next finds the clock so much later."""
        process, line, self._process, self._line = self._process, self._line, None, None
        if process is None or line is None:
            return
        process.kill()
        process.join()
        line.close()
        self._left = self.clock.now()
        self.clock.skip(60 * minutes)

    def restore(self) -> datetime:
        """Lose the data folder, put the newest backup in its place; returns the office's time of that."""
        self.close()
        shutil.rmtree(self.data)
        newest = max((self.folder / "kept").glob("loa-*.tar.gz"))
        command = [sys.executable, "-m", "demo.month.ruled", "restore", str(newest)]
        done = subprocess.run(  # noqa: S603 - our own program
            command, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"the restore failed: {done.stderr}")
        return datetime.strptime(newest.name[4:19], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - local, as the name is

    def _open(self) -> Connection:
        if self._line is None:
            self._line, theirs = self._context.Pipe()
            self._process = self._context.Process(target=_live, args=(theirs, self.folder))
            self._process.start()
            theirs.close()
            if self._left:
                self.away.append((self._left, self.clock.now()))
                self._left = None
        return self._line

    def _wait(self, line: Connection) -> bool:
        """Wait for an answer; False where the office is killed before it comes."""
        ends = time.monotonic() + LONGEST
        while not line.poll():
            due = self.kills[-1] if self.kills else None
            if due is None or self.clock.now() < due:
                line.poll(TICK)
            elif self._aims is None:
                self._aims = self._chance.random() < SENDING
                self.bell.silence()
            elif not self._aims or self.bell.rung in wait([line, self.bell.rung], TICK):
                return not self._strike(line)
            elif self.clock.now() > due + PATIENCE:
                self._aims = False
            if time.monotonic() > ends:
                raise RuntimeError(f"the office is stuck: {self._last_words()}")
        return True

    def _strike(self, line: Connection) -> bool:
        """Kill it a moment later; False where its work is done before."""
        self._aims = None
        if line.poll(self._chance.uniform(0.0, INTO)):
            return False
        self.kills.pop()
        self.killed += 1
        self.close(self._chance.uniform(0.5, 6.0))
        return True

    def _last_words(self) -> str:
        log = self.folder / "loa.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else "no word"


def _live(line: Connection, folder: Path) -> None:
    from demo.month.warm import serve

    serve(line, folder / "schedule.yaml", folder / "var", folder / "loa.log")


@contextmanager
def environment(folder: Path, keys: dict[str, str]) -> Iterator[None]:
    """What the office's processes know: their folder, the month's clock, the services' secrets."""
    before = dict(os.environ)
    for name in [*(name for name in os.environ if name.startswith("LOA_")), "DATABASE_URL"]:
        os.environ.pop(name, None)
    os.environ |= keys | {
        VARIABLE: str(folder / "clock"),
        "LOA_DATA": str(folder / "var"),
        "LOA_SCHEDULE": str(folder / "schedule.yaml"),
        "DJANGO_SETTINGS_MODULE": "web.settings",
    }
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
