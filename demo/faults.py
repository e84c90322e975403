"""The scripted faults: what goes wrong with which request, and whether the service took it all the same."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

# What can go wrong, and for each the two questions that decide a delivery's fate: does the service take the
# request, and what does the client see? (channels.md, Telegram: what PTB raises; reliability.md)
KINDS = {
    "refuse": "connections refused, from when the fault is added, for `seconds`",
    "reset-before-accepting": "not taken; the connection is reset",
    "reset-after-accepting": "taken; the connection is reset",
    "silence-before-accepting": "not taken; nothing comes back for `seconds`, then the connection closes",
    "silence-after-accepting": "taken; nothing comes back for `seconds`, then the connection closes",
    "500-before-accepting": "not taken; a server error",
    "500-after-accepting": "taken; a server error",
    "too-many": "not taken; the service's own refusal for haste, with `seconds` as retry_after",
    "block-page": "not taken; 200 with an HTML page",
    "drip": "taken; the answer comes one byte every `seconds`",
}
_USUAL_SECONDS = {"refuse": 2.0, "too-many": 1.0, "drip": 0.1}


@dataclass(frozen=True)
class Fault:
    """One scripted fault (see KINDS), for the next `times` requests whose path contains `only`.

    Raises ValueError for an unknown kind.
    """

    kind: str
    seconds: float | None = None
    only: str = ""
    times: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}; known: {', '.join(KINDS)}")

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


class Faults:
    """The faults still to come, in the order in which they were added."""

    def __init__(self, refuse: Callable[[float], None]) -> None:
        self._waiting: deque[tuple[Fault, int]] = deque()
        self._lock = threading.Lock()
        self._refuse = refuse

    def append(self, fault: Fault) -> None:
        """Add a fault; a refusal begins at once, since a refused connection carries no request."""
        if fault.kind == "refuse":
            self._refuse(fault.lasts)
            return
        with self._lock:
            self._waiting.append((fault, fault.times))

    def take(self, path: str) -> Fault | None:
        """The first fault that is meant for this path, used up once."""
        if not self._waiting:
            return None
        with self._lock:
            for at, (fault, left) in enumerate(self._waiting):
                if fault.only in path:
                    if left > 1:
                        self._waiting[at] = (fault, left - 1)
                    else:
                        del self._waiting[at]
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
