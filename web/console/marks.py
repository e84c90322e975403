"""Where in a text the checks found something, and what a new revision changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

LONGEST = 2_000
"""Lines beyond which no comparison is made: its cost is quadratic at worst."""


@dataclass(frozen=True)
class Stretch:
    """A piece of a text; `messages` says what was found there, nothing where it is plain."""

    text: str
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    kind: Literal["removed", "added"]
    text: str


def marked(text: str, found: Iterable[tuple[int, int, str]]) -> tuple[Stretch, ...]:
    """`text` cut at the borders of what was found, (start, end, message) in characters; they may overlap."""
    places = [(start, min(end, len(text)), message) for start, end, message in found]
    places = [place for place in places if place[0] < place[1]]
    borders = sorted({0, len(text), *(border for start, end, _ in places for border in (start, end))})
    return tuple(
        Stretch(text[here:there], tuple(m for start, end, m in places if start <= here and there <= end))
        for here, there in pairwise(borders)
    )


def lines(text: str, found: Iterable[tuple[int, int, str]]) -> tuple[tuple[Stretch, ...], ...]:
    """The same line by line, without the empty ones: a paragraph each."""
    places = list(found)
    return tuple(
        marked(line[0], [(max(0, s - line.start()), e - line.start(), message) for s, e, message in places])
        for line in re.finditer(r"[^\n]+", text)
    )


def changes(old: str, new: str) -> tuple[Change, ...]:
    """The lines that went and the lines that came, in reading order; too long a text is not compared."""
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > LONGEST:
        return ()
    found: list[Change] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [Change("removed", line) for line in before[i:j]]
            found += [Change("added", line) for line in after[k:m]]
    return tuple(found)
