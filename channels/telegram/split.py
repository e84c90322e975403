"""Dividing an article's pieces among messages that keep within Telegram's limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from itertools import islice
from operator import add, sub
from typing import NamedTuple

from channels.document import Run, Runs, plain
from channels.telegram.markup import Piece, html
from channels.text import longest, spans, utf16, word_border

_TAG = re.compile(r"<(/?)([^\s<>/]+)([^<>]*)>")
_HREF = re.compile(r'href="([^"]*)"')


class Weight(NamedTuple):
    """What a message weighs: UTF-16 units after entity parsing, entities, characters of addresses, bytes."""

    units: int
    entities: int = 0
    addresses: int = 0
    size: int = 0

    def plus(self, other: Weight) -> Weight:
        return Weight(*map(add, self, other))

    def minus(self, other: Weight) -> Weight:
        return Weight(*map(sub, self, other))

    def least(self, other: Weight) -> Weight:
        return Weight(*map(min, self, other))

    def within(self, limit: Weight) -> bool:
        return all(mine <= most for mine, most in zip(self, limit, strict=True))


LIMIT = Weight(units=4096, entities=100, addresses=9500, size=32 * 1024)
"""https://core.telegram.org/bots/api#sendmessage, and the caps that the service keeps unsaid."""


_Weighed = tuple[Piece, Weight]


def weigh(text: str) -> Weight:
    """The weight of a message's HTML."""
    opened = [tag for tag in _TAG.finditer(text) if not tag[1]]
    addresses = sum(len(unescape(href)) for tag in opened for href in _HREF.findall(tag[3]))
    return Weight(utf16(unescape(_TAG.sub("", text))), len(opened), addresses, len(text.encode()))


def divide(pieces: Sequence[Piece], first: Weight, rest: Weight, most: int) -> list[list[Piece]] | None:
    """The pieces in as few messages as they need, at most `most`, evenly filled; None if they need more.

    The first message has room for `first`, every other for `rest`. Messages end where a block ends
    if `most` of them hold it so, else where a sentence ends.
    """
    room = first.least(rest)
    if not _total(map(_weight, pieces)).within(Weight(*(most * each for each in LIMIT))):
        return None
    for whole_blocks in (True, False):
        atoms = [(atom, _weight(atom)) for atom in _atoms(pieces, room, whole_blocks)]
        needed = len(list(islice(_packed(atoms, first, rest), most + 1)))
        if needed <= most:
            return _even(atoms, first, rest, needed)
    return None


def opening(pieces: Iterable[Piece], room: Weight) -> list[Piece]:
    """As much of the beginning as there is room for, to the end of a sentence, and "…"."""
    dots = Piece((Run("…"),), gap=" ", continues=True)
    message: list[Piece] = []
    used = _weight(dots)
    for atom in _atoms(pieces, room.minus(used), whole_blocks=False):
        used = used.plus(_weight(atom))
        if not used.within(room):
            break
        message.append(atom)
    while message and message[-1].leads:
        message.pop()
    return [*message, replace(dots, wrap=message[-1].wrap)] if message else []


def _even(atoms: Sequence[_Weighed], first: Weight, rest: Weight, count: int) -> list[list[Piece]]:
    """`count` messages, none much longer than the others."""
    spare = longest(
        first.units, lambda units: len(list(islice(_packed(atoms, first, rest, units), count + 1))) <= count
    )
    return list(_packed(atoms, first, rest, spare))


def _packed(atoms: Iterable[_Weighed], first: Weight, rest: Weight, spare: int = 0) -> Iterator[list[Piece]]:
    """One message after the other, `spare` units of each unused; what leads moves on with what it leads."""
    message: list[_Weighed] = []
    used, room = Weight(0), first
    for atom, weight in atoms:
        if message and not used.plus(weight).plus(Weight(spare)).within(room):
            end = len(message)
            while end and message[end - 1][0].leads:
                end -= 1
            moved = _total(weight for _, weight in message[end:])
            if not end or not moved.plus(weight).within(rest):
                end, moved = len(message), Weight(0)
            yield [piece for piece, _ in message[:end]]
            message, used, room = message[end:], moved, rest
        message.append((atom, weight))
        used = used.plus(weight)
    if message:
        yield [piece for piece, _ in message]


def _total(weights: Iterable[Weight]) -> Weight:
    return Weight(*map(sum, zip(Weight(0), *weights, strict=True)))


def _weight(piece: Piece) -> Weight:
    return weigh(html([piece])).plus(Weight(len(piece.gap), size=len(piece.gap)))


def _atoms(pieces: Iterable[Piece], room: Weight, whole_blocks: bool) -> Iterator[Piece]:
    """What is not to be divided between messages: blocks, sentences, or the words that one message holds."""
    for piece in pieces:
        if whole_blocks and _weight(piece).within(room):
            yield piece
            continue
        text, start = plain(piece.runs), 0
        for _, end in spans(text):
            yield from _fitting(piece, text, start, end, room)
            start = end


def _fitting(piece: Piece, text: str, start: int, end: int, room: Weight) -> Iterator[Piece]:
    """The piece from `start` to `end`, in as many parts as it takes for each to find room."""

    def fits(length: int) -> bool:
        return _weight(_part(piece, text, start, start + length)).within(room)

    while start < end and not fits(end - start):
        most = longest(min(end - start - 1, room.units), fits)
        length = word_border(text[start : start + most + 1], most) or max(most, 1)
        yield _part(piece, text, start, start + length)
        start += length
    if start < end:
        yield _part(piece, text, start, end)


def _part(piece: Piece, text: str, start: int, end: int) -> Piece:
    """The piece from `start` to `end`; white space at a border becomes the gap there."""
    if not start:
        return replace(piece, runs=_slice(piece.runs, 0, end), leads=piece.leads and end >= len(text))
    begin = start + len(text[start:end]) - len(text[start:end].lstrip())
    return replace(
        piece,
        runs=_slice(piece.runs, begin, end),
        gap=text[start:begin],
        leads=piece.leads and end >= len(text),
        continues=True,
    )


def _slice(runs: Runs, start: int, end: int) -> Runs:
    taken, at = [], 0
    for run in runs:
        if at >= end:
            break
        inside = run.text[max(start - at, 0) : max(end - at, 0)]
        if inside:
            taken.append(replace(run, text=inside))
        at += len(run.text)
    return tuple(taken)
