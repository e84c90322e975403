"""The rules in their order: the first that knows a place has it, and what none knows is left and flagged."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from channels.radio.spoken import left
from channels.radio.spoken.lexicon import HOUSE, Lexicon
from channels.radio.spoken.rule import Context, Reading, Rule
from channels.radio.spoken.values import Piece, Spoken, Style


@cache
def _rules() -> tuple[Rule, ...]:
    """From what is surest of its place to what takes whatever is left.

    Imported when something is first spoken: their patterns take long to compile, and many processes that
    import this package never speak.
    """
    from channels.radio.spoken import codes, marks, names, places, quantities, romans, web

    return (
        *web.RULES,
        *codes.RULES,
        *places.RULES,
        *romans.RULES,
        *quantities.RULES,
        *places.SIGNS,
        *names.RULES,
        *left.SIGNED,
        *marks.RULES,
        *left.RULES,
    )


_WIDER = re.compile(r"(?<=[^\S\n])[^\S\n]+")
_WIDTH = 60
_GLUED_BEFORE = re.compile(r"(?:\w(?:[-–−/+&@_°:.]+|(?<=\d),)?)+\Z")
_GLUED_AFTER = re.compile(r"(?:(?:[-–−/+&@_°:.]+|,(?=\d))?\w)+")
"""What a figure is written together with, without a gap."""


def speak(text: str, style: Style = "short", lexicon: Lexicon = HOUSE) -> Spoken:
    """Any text at all, read aloud; nothing is raised, and what has been spoken once is not changed again."""
    written = unicodedata.normalize("NFC", text)
    even, places = _even(written)
    context = Context(even, style)
    taken: list[Piece] = []
    starts: list[int] = []
    for rule in (*lexicon.rules, *_rules()):
        place = 0
        while match := rule.pattern.search(even, place):
            start, end = match.span()
            place = max(end, start + 1)
            at = bisect_left(starts, start)
            if at and taken[at - 1].end > start:
                place = taken[at - 1].end
                continue
            if start == end or (at < len(taken) and starts[at] < end):
                continue
            reading = rule.read(match, context)
            if reading is None:
                continue
            if isinstance(reading, str):
                reading = Reading(reading)
            if not reading.why and left.NUMBER.search(reading.spoken):
                continue
            piece = Piece(start, end, match[0], reading.spoken, rule.name, reading.confidence, reading.why)
            taken.insert(at, piece)
            starts.insert(at, start)
    from channels.radio.spoken.marks import joined

    covering = _covering(even, _unbroken(even, taken))
    pieces = tuple(_placed(piece, written, places) for piece in covering) if places else tuple(covering)
    return Spoken(written, joined(pieces), pieces)


def _even(written: str) -> tuple[str, Sequence[int]]:
    """The text with single gaps, so that no rule need know of wider ones, and where each sign of it stands.

    The last place is that of its end; there are none where the gaps were single already.
    """
    places: list[int] = []
    place = 0
    for wider in _WIDER.finditer(written):
        places += range(place, wider.start())
        place = wider.end()
    if not places:
        return written, places
    places += range(place, len(written) + 1)
    return _WIDER.sub("", written), places


def _placed(piece: Piece, written: str, places: Sequence[int]) -> Piece:
    start, end = places[piece.start], places[piece.end]
    spoken = written[start:end] if piece.spoken == piece.written else piece.spoken
    return replace(piece, start=start, end=end, written=written[start:end], spoken=spoken)


def _unbroken(written: str, taken: list[Piece]) -> list[Piece]:
    """What is left takes with it what it is written together with: half a figure read is a figure misread."""
    whole: list[Piece] = []
    for piece in taken:
        if whole and whole[-1].end > piece.start:
            whole[-1] = _together(written, whole[-1], whole[-1].start, piece.end)
            continue
        if piece.confidence or piece.spoken != piece.written or not piece.written[-1].isalnum():
            whole.append(piece)
            continue
        before = _GLUED_BEFORE.search(written, max(0, piece.start - _WIDTH), piece.start)
        start = before.start() if before else piece.start
        after = _GLUED_AFTER.match(written, piece.end)
        while whole and whole[-1].end > start:
            start = min(start, whole.pop().start)
        whole.append(_together(written, piece, start, after.end() if after else piece.end))
    return whole


def _together(written: str, piece: Piece, start: int, end: int) -> Piece:
    end = max(end, piece.end)
    return replace(piece, start=start, end=end, written=written[start:end], spoken=written[start:end])


def _covering(written: str, taken: list[Piece]) -> Iterator[Piece]:
    """The pieces, and between them what stays as it is."""
    place = 0
    for piece in taken:
        if place < piece.start:
            yield _as_written(place, written[place : piece.start])
        yield piece
        place = piece.end
    if place < len(written):
        yield _as_written(place, written[place:])


def _as_written(place: int, between: str) -> Piece:
    """What no rule has; a digit beside what one has would be half a figure."""
    piece = Piece(place, place + len(between), between, between)
    if left.NUMBER.search(between):
        return replace(piece, rule="left-number", confidence=0, why=f"Không rõ cách đọc “{between.strip()}”.")
    return piece
