"""Child processes under CPU, memory and file limits, in which hostile feeds and pictures are read."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from io import BytesIO
from multiprocessing import Pipe
from pathlib import Path
from threading import BoundedSemaphore, Lock, Timer
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from pipeline.collect.reencode import PictureTrouble, Reencoded
from pipeline.collect.worker import IDLE, OUT_OF_MEMORY
from pipeline.entry import (
    Entry,
    EntryAttachment,
    EntryImage,
    FeedTrouble,
    Marker,
    Reading,
    Unreadable,
)

if TYPE_CHECKING:
    from pipeline.schedule import SourceSettings

WALL = 20.0
"""Seconds that one job may take by the clock."""

CPU = 5
"""Seconds of CPU that one job may use."""

MEMORY = 768 * 2**20
"""Bytes of address space that a child may have."""

_LARGEST_ANSWER = 64 * 2**20


def _named(kinds: Iterable[type]) -> dict[tuple[str, str], type]:
    return {(kind.__module__, kind.__qualname__): kind for kind in kinds}


_ANSWERS = _named(
    (
        Reading,
        Entry,
        EntryImage,
        EntryAttachment,
        Unreadable,
        Marker,
        Reencoded,
        datetime,
        timedelta,
        timezone,
    )
)
"""All that an answer may be made of: a child that a picture has taken over can't name anything else."""


class LimitReached(Exception):
    """The job used more time or memory than it may; `str()` says which in plain Vietnamese."""


class Refused(Exception):
    """The job itself gave up, with a reason in plain Vietnamese."""


class Sandbox:
    """At most `workers` children, started when needed, each doing one job at a time; for many threads.

    A child starts as a new interpreter: without Django, without our sockets, without the environment
    and the secrets in it. It ends by itself 30 s after its last job, and when its parent dies: at once
    when idle, at its limits when working.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        wall: float = WALL,
        cpu: int = CPU,
        memory: int = MEMORY,
        answers: Iterable[type] = (),
    ) -> None:
        """`wall` and `cpu` are seconds for one job, `memory` is bytes of address space; `answers` are types
        that an answer may be made of beside those of feeds and pictures."""
        self._limits = (wall, cpu, memory)
        self._answers = _ANSWERS | _named(answers)
        self._turn = BoundedSemaphore(workers)
        self._lock = Lock()
        self._idle: list[_Child] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the idle children now and the working ones after their job."""
        with self._lock:
            self._closed = True
            children, self._idle = self._idle, []
        for child in children:
            child.end()

    def parse(
        self,
        body: bytes,
        *,
        content_type: str,
        address: str,
        source: SourceSettings,
        zone: ZoneInfo,
        now: datetime,
    ) -> Reading:
        """`pipeline.collect.parse.parse` in a child. Raises `FeedTrouble`, also where a limit was reached."""
        try:
            reading = self.run(
                "pipeline.collect.parse:parse",
                body,
                content_type=content_type,
                address=address,
                source=source,
                zone=zone,
                now=now,
            )
        except (Refused, LimitReached) as error:
            raise FeedTrouble(str(error)) from error
        if not isinstance(reading, Reading):
            raise TypeError("parse answered with something else than a Reading")
        return reading

    def reencode(self, raw: bytes) -> Reencoded:
        """`pipeline.collect.reencode.reencode` in a child. Raises `PictureTrouble` likewise."""
        try:
            picture = self.run("pipeline.collect.reencode:reencode", raw)
        except (Refused, LimitReached) as error:
            raise PictureTrouble(str(error)) from error
        if not isinstance(picture, Reencoded):
            raise TypeError("reencode answered with something else than a picture")
        return picture

    def run(self, job: str, *args: Any, **kwargs: Any) -> object:
        """Call the function `"module:name"` in a child; its result is made of allowed types and plain values.

        Raises `Refused` or `LimitReached`; after the latter the next job gets a fresh child.
        """
        with self._turn:
            child = self._take()
            try:
                outcome, value = child.ask((job, args, kwargs))
            except BaseException:
                child.kill()
                raise
            self._give_back(child)
        if outcome == "value":
            return value
        if outcome == "refused":
            raise Refused(value)
        logging.getLogger(__name__).error("%s failed in the sandbox:\n%s", job, value)
        raise Refused("Bộ đọc gặp lỗi không lường trước; nhật ký của máy chủ ghi chi tiết")

    def _take(self) -> _Child:
        with self._lock:
            stale = [child for child in self._idle if not child.usable]
            self._idle = [child for child in self._idle if child not in stale]
            # The last one in is the first one out, so that those not needed grow old and end.
            found = self._idle.pop() if self._idle else None
        for child in stale:
            child.end()
        return found or _Child(*self._limits, self._answers)

    def _give_back(self, child: _Child) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(child)
                return
        child.end()


class _Child:
    """One worker process and our end of the socket to it."""

    def __init__(self, wall: float, cpu: int, memory: int, answers: Mapping[tuple[str, str], type]) -> None:
        self._wall, self._cpu, self._answers = wall, cpu, answers
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                [
                    sys.executable,
                    "-B",
                    "-P",
                    "-m",
                    "pipeline.collect.worker",
                    f"{wall}",
                    f"{cpu}",
                    f"{memory}",
                ],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)},
                process_group=0,
            )
        self._since = monotonic()

    @property
    def usable(self) -> bool:
        """False well before the child ends by itself, so that no job is handed to one that is leaving."""
        return monotonic() - self._since < IDLE / 2 and self._process.poll() is None

    def ask(self, job: object) -> tuple[str, Any]:
        """One job and its answer. Raises `LimitReached` where the child did not live to give one."""
        too_late = Timer(self._wall, self._process.kill)
        too_late.daemon = True
        too_late.start()
        try:
            self._pipe.send_bytes(pickle.dumps(job))
            answer = _Answer(BytesIO(self._pipe.recv_bytes(_LARGEST_ANSWER)), self._answers).load()
        except (EOFError, OSError) as error:
            raise LimitReached(self._epitaph()) from error
        except (pickle.UnpicklingError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise LimitReached("Bộ đọc trả lời sai cách, coi như đã vượt giới hạn") from error
        finally:
            too_late.cancel()
        self._since = monotonic()
        outcome, value = answer
        return str(outcome), value

    def kill(self) -> None:
        self._process.kill()
        self.end()

    def end(self) -> None:
        """Close the socket, which ends an idle child, and wait for it."""
        self._pipe.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _epitaph(self) -> str:
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return "Nội dung vượt giới hạn kích thước sau khi đọc"
        if code == -signal.SIGXCPU:
            return f"Nội dung vượt giới hạn {self._cpu} giây xử lý"
        if code in (-signal.SIGKILL, -signal.SIGALRM):
            return f"Nội dung vượt giới hạn {self._wall:g} giây chờ"
        if code == OUT_OF_MEMORY:
            return "Nội dung vượt giới hạn bộ nhớ"
        return f"Nội dung vượt giới hạn, làm bộ đọc dừng đột ngột (mã {code})"


class _Answer(pickle.Unpickler):
    def __init__(self, file: BytesIO, answers: Mapping[tuple[str, str], type] = _ANSWERS) -> None:
        super().__init__(file)
        self._answers = answers

    def find_class(self, module: str, name: str) -> type:
        try:
            return self._answers[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer") from None
