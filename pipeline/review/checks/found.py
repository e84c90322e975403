"""What a check says: a code, a sentence for the officer, the place, and how much weight it has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SHOWN = 24
"""How many characters either side of a hit a message quotes."""


class Level(StrEnum):
    """What a finding does to an article's state; `workflow.decide` puts them together."""

    HOLD = "hold"
    """Waits for the source or the clock."""
    REVIEW = "review"
    """Waits for a person."""
    SKIP = "skip"
    """Listed, never posted."""
    WARN = "warn"
    """Said, and changes nothing."""


LEVEL = {
    "not-approved": Level.HOLD,
    "embargo": Level.HOLD,
    "no-approval-marker": Level.REVIEW,
    "missing-date": Level.REVIEW,
    "future-date": Level.REVIEW,
    "thin": Level.REVIEW,
    "personal-data": Level.REVIEW,
    "sensitive": Level.REVIEW,
    "near-duplicate": Level.REVIEW,
    "changed": Level.REVIEW,
    "reworded": Level.REVIEW,
    "expired": Level.SKIP,
    "stale": Level.SKIP,
    "old-office-name": Level.WARN,
    "broken-media": Level.WARN,
    "unreadable": Level.WARN,
}
"""The level of every code, unless the finding itself asks for a person."""


@dataclass(frozen=True)
class Found:
    """One finding; `start` and `end` are characters of the title, lead or text that `where` names."""

    code: str
    message: str
    """Plain Vietnamese: what, where, and the mend where one is sensible."""
    where: str = ""
    """title, lead or text; empty where the finding is about the whole."""
    start: int = 0
    end: int = 0
    asks: bool = False
    """A person must look although the code alone would not ask: the clock cannot end what has no end."""

    @property
    def level(self) -> Level:
        return Level.REVIEW if self.asks else LEVEL[self.code]


PLACE = {"title": "ở tiêu đề", "lead": "ở sa-pô", "text": "ở đoạn"}


def quoted(where: str, text: str, start: int, end: int) -> str:
    """“ở đoạn “…số căn cước 099099000001…””: where a hit stands, with the words around it."""
    left, right = max(0, start - SHOWN), min(len(text), end + SHOWN)
    while 0 < left < start and not text[left - 1].isspace():
        left += 1
    while end < right < len(text) and not text[right].isspace():
        right -= 1
    words = " ".join(text[left:right].split())
    return f"{PLACE[where]} “{'…' if left else ''}{words}{'…' if right < len(text) else ''}”"
