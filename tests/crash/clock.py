"""`python -m tests.crash.clock FILE -- …`: the real `loa`, the clock wrong by FILE's seconds.

FILE is read at every look at the clock, so that a test can set the clock while Loa runs. What counts
seconds (`time.monotonic`, waits) goes on as before, as it does when an administrator sets the time.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Self

TRUE = dt.datetime


class _AlsoTheTrueOnes(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, TRUE)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, TRUE)


def set_wrong(file: Path) -> None:
    """From here on `datetime.now`, `utcnow`, `today` and `time.time` are off by what `file` says now."""
    true_seconds = time.time

    def seconds() -> float:
        return true_seconds() + float(file.read_text())

    class Wrong(dt.datetime, metaclass=_AlsoTheTrueOnes):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(seconds=float(file.read_text()))

        @classmethod
        def utcnow(cls) -> Self:
            return super().utcnow() + timedelta(seconds=float(file.read_text()))

        @classmethod
        def today(cls) -> Self:
            return cls.now()

    # What is pickled for a child process is read there as the true class.
    Wrong.__module__, Wrong.__qualname__ = "datetime", "datetime"
    setattr(dt, "datetime", Wrong)  # noqa: B010 - a class cannot be assigned to by its name
    time.time = seconds


if __name__ == "__main__":
    file, _, *arguments = sys.argv[1:]
    # Before anything else takes the true class into its own names.
    set_wrong(Path(file))
    sys.argv[1:] = arguments
    from pipeline.cli import main

    main()
