"""A rule: where something may stand that is read otherwise than it is written, and how it is read there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from channels.radio.spoken.values import Style


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said for a match; with `why` (Vietnamese) it is flagged for the editor."""

    spoken: str
    confidence: float = 1.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The whole text around a match, in NFC, and how it is to be read."""

    text: str
    style: Style

    def before(self, place: int, most: int = 60) -> str:
        """What stands before a place, at most so many characters."""
        return self.text[max(0, place - most) : place]

    def after(self, place: int, most: int = 60) -> str:
        """What stands from a place on, at most so many characters."""
        return self.text[place : place + most]

    def unsaid(self, said: str, place: int) -> str:
        """ "chỉ số PCI" is not "chỉ số chỉ số …": what stands right before a place is not said again."""
        words = said.split(" ")
        for count in range(min(4, len(words) - 1), 0, -1):
            head = " ".join(words[:count])
            if re.search(rf"(?<!\w){re.escape(head)}\s+$", self.before(place), re.IGNORECASE):
                return " ".join(words[count:])
        return said


Read = Callable[[re.Match[str], Context], Reading | str | None]
"""A plain string is a sure reading. None: this match is not what the rule is for, the next may have it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`name` is what `--explain` shows; `read` decides by the match and what stands around it."""

    name: str
    pattern: re.Pattern[str]
    read: Read
