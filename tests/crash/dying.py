"""`python -m tests.crash.dying POINT N -- …`: the real `loa`, which dies at the point's N-th passing.

Loa itself knows nothing of points: a function is wrapped from outside, once Django stands.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce, wraps
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.cli import main, session

Passing = Callable[[tuple[Any, ...], Any], object]


def always(_given: tuple[Any, ...], _result: Any) -> bool:
    return True


@dataclass(frozen=True)
class Point:
    """A place in the code: `module:name`, where it is looked up, before or `after` the call.

    Only calls for which `counts(arguments, result)` is true pass it; before a call there is no result.
    """

    where: str
    after: bool = False
    counts: Passing = always

    def arm(self, nth: int) -> None:
        """Let the whole process group die at the `nth` passing, counted from 1."""
        module, _, path = self.where.partition(":")
        *owners, name = path.split(".")
        owner = reduce(getattr, owners, import_module(module))
        original = getattr(owner, name)
        passings = count(1)

        def pass_by(given: tuple[Any, ...], result: Any = None) -> None:
            if self.counts(given, result) and next(passings) == nth:
                os.killpg(0, signal.SIGKILL)

        @wraps(original)
        def wrapped(*given: Any, **named: Any) -> Any:
            if not self.after:
                pass_by(given)
            result = original(*given, **named)
            if self.after:
                pass_by(given, result)
            return result

        setattr(owner, name, wrapped)


def some_claims(_given: tuple[Any, ...], result: Any) -> bool:
    return bool(result.rows)


def some_outcomes(given: tuple[Any, ...], _result: Any) -> bool:
    return bool(given[0])


def some_rows(given: tuple[Any, ...], _result: Any) -> bool:
    return any(posts for _, posts in given[0])


def a_draft(given: tuple[Any, ...], _result: Any) -> bool:
    return str(given[0]).endswith(".tmp")


TELEGRAM, BOT = "channels.telegram.channel:TelegramChannel.send", "channels.zalo.bot:ZaloBotChannel.send"

POINTS = {
    "migrating": Point("django.db.migrations.executor:MigrationExecutor.apply_migration", after=True),
    "storing": Point("pipeline.collect.stage:write_back", after=True),
    "stored": Point("pipeline.run:store", after=True),
    "releasing": Point("pipeline.deliver.outbox:enqueue_all", after=True, counts=some_rows),
    "released": Point("pipeline.run:advance", after=True),
    "claiming": Point("pipeline.deliver.outbox:claim", after=True, counts=some_claims),
    "before telegram": Point(TELEGRAM),
    "after telegram": Point(TELEGRAM, after=True),
    "before bot": Point(BOT),
    "after bot": Point(BOT, after=True),
    "before checkpoint": Point("pipeline.deliver.outbox:save_checkpoint"),
    "after checkpoint": Point("pipeline.deliver.outbox:save_checkpoint", after=True),
    "drafted": Point("pathlib:Path.replace", counts=a_draft),
    "renamed": Point("pathlib:Path.replace", after=True, counts=a_draft),
    "settling": Point("pipeline.deliver.outbox:settle", after=True, counts=some_outcomes),
    "sweeping": Point("pipeline.deliver.upkeep:_recall", after=True),
    "swept": Point("pipeline.deliver.upkeep:sweep", after=True),
    "done": Point("pipeline.run:write_head"),
}


def arm(point: Point, nth: int) -> None:
    """Arm `point` as soon as Django stands: before, half of Loa cannot be imported."""
    set_up = session.set_up_django

    def set_up_and_arm(data: Path) -> None:
        set_up(data)
        point.arm(nth)

    session.set_up_django = set_up_and_arm


if __name__ == "__main__":
    name, nth, _, *arguments = sys.argv[1:]
    arm(POINTS[name], int(nth))
    sys.argv[1:] = arguments
    main()
