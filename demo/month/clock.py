"""One simulated clock for the stand-ins and the office: it runs at true speed, and is put forward."""

from __future__ import annotations

import datetime as dt
import mmap
import os
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

VARIABLE = "LOA_MONTH_CLOCK"
"""The environment variable that names the clock's file to a child process."""

_true_seconds = time.time
_AHEAD = struct.Struct("=d")


class SharedClock:
    """The time of all processes that map `file`; one process at a time may put it forward."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), _AHEAD.size)

    @classmethod
    def beginning(cls, file: Path, moment: datetime) -> SharedClock:
        """A new clock that shows `moment` (aware) now."""
        file.write_bytes(_AHEAD.pack(moment.timestamp() - _true_seconds()))
        return cls(file)

    @classmethod
    def of_environment(cls) -> SharedClock:
        """The clock that the parent process named."""
        return cls(Path(os.environ[VARIABLE]))

    @property
    def ahead(self) -> float:
        """Seconds by which it is ahead of the machine's clock."""
        seconds: float = _AHEAD.unpack_from(self._map)[0]
        return seconds

    def seconds(self) -> float:
        """Since 1970."""
        return _true_seconds() + self.ahead

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def skip(self, seconds: float) -> None:
        """Let so much time pass at once."""
        _AHEAD.pack_into(self._map, 0, self.ahead + seconds)

    def reach(self, moment: datetime) -> None:
        """Put it forward to `moment` (aware); what is past stays past."""
        self.skip(max(0.0, (moment - self.now()).total_seconds()))


class _AlsoTheTrueOnes(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, datetime)


def rule(ahead: Callable[[], float]) -> None:
    """From here on this process's clock is `ahead` seconds wrong; what counts seconds goes on as before.

    Asked anew at every look at the time. Call it before anything takes the true class into its own names.
    """

    class Ruled(dt.datetime, metaclass=_AlsoTheTrueOnes):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(seconds=ahead())

        @classmethod
        def utcnow(cls) -> Self:
            return super().utcnow() + timedelta(seconds=ahead())

        @classmethod
        def today(cls) -> Self:
            return cls.now()

    # What is pickled for another process is read there as the true class.
    Ruled.__module__, Ruled.__qualname__ = "datetime", "datetime"
    made: Any = Ruled
    dt.datetime = made  # type: ignore[misc]
    time.time = lambda: _true_seconds() + ahead()
