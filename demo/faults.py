"""The scripted faults: what goes wrong with which request, and whether the service took it all the same."""

from __future__ import annotations

import json
import math
import random
import threading
from argparse import ArgumentTypeError
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from demo.server import Request

# What can go wrong, and for each the two questions that decide a delivery's fate: does the service take the
# request, and what does the client see? (channels.md, Telegram: what PTB raises; reliability.md)
KINDS = {
    "refuse": "connections refused, from when the fault is added, for `seconds`",
    "connect-time-out": "connections never completed, from when the fault is added, for `seconds`",
    "reset-before-accepting": "not taken; the connection is reset",
    "reset-after-accepting": "taken; the connection is reset",
    "silence-before-accepting": "not taken; nothing comes back for `seconds`, then the connection closes",
    "silence-after-accepting": "taken; nothing comes back for `seconds`, then the connection closes",
    "500-before-accepting": "not taken; a server error",
    "500-after-accepting": "taken; a server error",
    "too-many": "not taken; the service's own refusal for haste, with `seconds` as retry_after",
    "forbidden": "not taken; the service's own refusal for want of a right: kicked, no permission",
    "token-expired": "not taken; the service's own refusal of the token, until it is renewed where it can be",
    "group-migrated": "not taken; the group named in the request really becomes another chat, for good",
    "block-page": "not taken; 200 with an HTML page",
    "drip": "taken; the answer comes one byte every `seconds`",
}
DOOR = ("refuse", "connect-time-out")  # these meet connections, and so carry no request
_USUAL_SECONDS = {"refuse": 2.0, "connect-time-out": 2.0, "too-many": 1.0, "drip": 0.1}
_LONG_ANSWER = 500  # bytes; what a storm takes an answer to have, head and all


def _known(kinds: Iterable[str]) -> None:
    if unknown := set(kinds) - KINDS.keys():
        raise ValueError(f"unknown kind of fault {', '.join(sorted(unknown))}; known: {', '.join(KINDS)}")


@dataclass(frozen=True)
class Fault:
    """One scripted fault (see KINDS), for the next `times` requests whose path contains `only`.

    `where` limits it further by the request's own fields: a shell pattern by the name of the field, say
    {"chat_id": "-5", "text": "*Tin 3*"}; in JSON, a field that is no text is met as its JSON.
    Raises ValueError for what makes no sense.
    """

    kind: str
    seconds: float | None = None
    only: str = ""
    times: int = 1
    where: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _known([self.kind])
        if self.times < 1 or self.lasts < 0:
            raise ValueError("a fault happens at least once, and lasts no less than 0 seconds")
        if not all(isinstance(text, str) for text in (self.only, *self.where, *dict(self.where).values())):
            raise ValueError("`only` and the patterns of `where` are texts")
        if self.kind in DOOR and (self.only or self.where or self.times > 1):
            raise ValueError(f"{self.kind} meets connections, not requests: it knows only `seconds`")

    @property
    def effect(self) -> str:
        """What the client sees, without the question whether the request was taken."""
        return self.kind.removesuffix("-before-accepting").removesuffix("-after-accepting")

    @property
    def is_after_accepting(self) -> bool:
        return self.kind == "drip" or self.kind.endswith("-after-accepting")

    @property
    def lasts(self) -> float:
        return _USUAL_SECONDS.get(self.kind, 60.0) if self.seconds is None else self.seconds

    @property
    def retry_after(self) -> int:
        """Whole seconds, at least one, as a service words it."""
        return max(1, math.ceil(self.lasts))

    def is_meant_for(self, request: Request) -> bool:
        if self.only not in request.path:
            return False
        try:
            fields = request.parameters()[0] if self.where else {}
        except ValueError:
            return False
        return all(name in fields and fnmatchcase(fields[name], self.where[name]) for name in self.where)


@dataclass(frozen=True)
class Storm:
    """Faults at random: each request whose path contains `only` meets one of `kinds` at a probability `rate`.

    The same `seed` gives the n-th such request the same fate. `seconds` is how long a silence, a barred door
    or a slow answer as a whole lasts. A request that brings the door down is not taken, and hung up on like
    all others. Raises ValueError for what makes no sense.
    """

    seed: int
    rate: float
    kinds: Sequence[str]
    seconds: float = 0.5
    only: str = ""

    def __post_init__(self) -> None:
        _known(self.kinds)
        if not self.kinds or not 0 <= self.rate <= 1 or self.seconds < 0 or not isinstance(self.only, str):
            raise ValueError("a storm has kinds, a rate of 0 to 1, 0 seconds or more, and a text as `only`")

    def fault(self, kind: str) -> Fault:
        """The fault of this kind as it comes in this storm."""
        return Fault(kind, self.seconds / _LONG_ANSWER if kind == "drip" else self.seconds)


def parsed(given: Any) -> Fault | Storm:
    """A fault, or {"storm": …}, from the fields of its class in JSON; raises ValueError."""
    if not isinstance(given, dict):
        raise ValueError("a fault is a JSON object")  # noqa: TRY004 - one error for a bad fault
    try:
        return Storm(**given["storm"]) if given.keys() == {"storm"} else Fault(**given)
    except TypeError as mistake:
        raise ValueError(str(mistake)) from mistake


def read_plan(file: str) -> list[Fault | Storm]:
    """The faults in a file that a command line names: a JSON list of what `parsed` takes.

    Raises ArgumentTypeError for a file that is none.
    """
    try:
        return [parsed(one) for one in json.loads(Path(file).read_text())]
    except (OSError, ValueError, TypeError) as why:
        raise ArgumentTypeError(f"{file}: {why}") from why


class Faults:
    """The faults still to come, in the order in which they were added, and after them the storm.

    `kinds` are those that the service knows, `suits` says whether a request can meet a fault at all, and
    `door` lets down the bar of a fault that is about connections, or with None takes it away. `met` counts
    what has happened by kind.
    """

    def __init__(
        self,
        kinds: Iterable[str],
        suits: Callable[[Fault, Request], bool],
        door: Callable[[Fault | None], None],
    ) -> None:
        self._kinds, self._suits, self._door = frozenset(kinds), suits, door
        self._waiting: deque[tuple[Fault, int]] = deque()
        self._storm: tuple[Storm, random.Random] | None = None
        self._lock = threading.Lock()
        self.met: Counter[str] = Counter()

    def append(self, coming: Fault | Storm) -> None:
        """Add a fault, or let a storm take the last one's place; a fault of the door begins at once.

        Raises ValueError for a kind that this service does not know.
        """
        kinds = coming.kinds if isinstance(coming, Storm) else [coming.kind]
        if strange := set(kinds) - self._kinds:
            raise ValueError(f"this service knows no {', '.join(sorted(strange))}")
        with self._lock:
            if isinstance(coming, Storm):
                self._storm = coming, random.Random(coming.seed)  # noqa: S311 - a script, not a secret
            elif coming.kind not in DOOR:
                self._waiting.append((coming, coming.times))
            else:
                self.met[coming.kind] += 1
        if isinstance(coming, Fault) and coming.kind in DOOR:
            self._door(coming)

    def take(self, request: Request) -> Fault | None:
        """The first fault that is meant for this request, used up once; or what the storm has for it."""
        if not self._waiting and self._storm is None:
            return None
        with self._lock:
            fault = self._scripted(request) or self._stormy(request)
            if fault is not None:
                self.met[fault.kind] += 1
            return fault

    def _scripted(self, request: Request) -> Fault | None:
        for at, (fault, left) in enumerate(self._waiting):
            if fault.is_meant_for(request) and self._suits(fault, request):
                if left > 1:
                    self._waiting[at] = (fault, left - 1)
                else:
                    del self._waiting[at]
                return fault
        return None

    def _stormy(self, request: Request) -> Fault | None:
        if self._storm is None or self._storm[0].only not in request.path:
            return None
        storm, chance = self._storm
        # Both are drawn for every request, so that one's fate does not hang on another's.
        happens, fault = chance.random() < storm.rate, storm.fault(chance.choice(storm.kinds))
        return fault if happens and self._suits(fault, request) else None

    def clear(self) -> None:
        """No fault any more, no storm, and an open door."""
        with self._lock:
            self._waiting.clear()
            self._storm = None
        self._door(None)
