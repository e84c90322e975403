"""Where in a text the checks found something, and what a new revision changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

LONGEST = 2_000
"""Lines, or words of a line, beyond which no comparison is made: its cost is quadratic at worst."""
ALIKE = 0.4
"""The share of words that stay, below which two lines are two and not one that was reworded."""

Kind = Literal["same", "removed", "added"]
_WORD = re.compile(r"\s*\w+(?:[.,:/-]\w+)*|\s*[^\w\s]|\s+")
"""A word (a number, a code, a time of day is one) or a punctuation mark, with the white space before it."""


@dataclass(frozen=True)
class Stretch:
    """A piece of a text; `messages` says what was found there, nothing where it is plain."""

    text: str
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A piece of a changed line."""

    kind: Kind
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


def quoting(message: str, hit: str) -> tuple[Stretch, ...]:
    """A finding's sentence, which quotes the words around `hit`, cut so that `hit` stands out in it."""
    words = " ".join(hit.split())
    start = message.find(words, message.find("“") + 1)
    return marked(message, [(start, start + len(words), message)] if start >= 0 else ())


def lines(text: str, found: Iterable[tuple[int, int, str]]) -> tuple[tuple[Stretch, ...], ...]:
    """The same line by line, without the empty ones: a paragraph each."""
    places = list(found)
    return tuple(
        marked(line[0], [(max(0, s - line.start()), e - line.start(), message) for s, e, message in places])
        for line in re.finditer(r"[^\n]+", text)
    )


def changes(old: str, new: str) -> tuple[tuple[Change, ...], ...]:
    """Each place where lines differ, cut into the words that stayed, went and came, in reading order.

    Too long a text is not compared.
    """
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > LONGEST:
        return ()
    compared = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        _reworded("\n".join(before[i:j]), "\n".join(after[k:m]))
        for tag, i, j, k, m in compared.get_opcodes()
        if tag != "equal"
    )


def beside(old: str, new: str) -> list[tuple[tuple[Change, ...], tuple[Change, ...]]]:
    """Both texts line by line, what belongs together in one row: left what went, right what came.

    Too long a text is not compared: it stands as two.
    """
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > LONGEST:
        return [(_pieces(("same", old)), _pieces(("same", new)))]
    rows = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [(_pieces(("same", line)), _pieces(("same", line))) for line in before[i:j]]
        else:
            pieces = _reworded("\n".join(before[i:j]), "\n".join(after[k:m]))
            rows.append(
                (
                    tuple(piece for piece in pieces if piece.kind != "added"),
                    tuple(piece for piece in pieces if piece.kind != "removed"),
                )
            )
    return rows


def _reworded(old: str, new: str) -> tuple[Change, ...]:
    """Word by word, where enough words stayed to make that easier to read."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    compared = SequenceMatcher(None, before, after, autojunk=False)
    if not before or not after or max(len(before), len(after)) > LONGEST or compared.ratio() < ALIKE:
        return _pieces(("removed", old), ("added", new))
    pieces: list[tuple[Kind, str]] = []
    for tag, i, j, k, m in compared.get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(before[i:j])))
        else:
            pieces += [("removed", "".join(before[i:j])), ("added", "".join(after[k:m]))]
    return _pieces(*pieces)


def _pieces(*pieces: tuple[Kind, str]) -> tuple[Change, ...]:
    return tuple(Change(kind, text) for kind, text in pieces if text)
