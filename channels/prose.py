"""A document's blocks as plain lines of text, for places that show no markup."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from channels.document import Block, Figure, Heading, Listing, ListItem, Preformatted, Quote, Runs, Table
from channels.document import plain as unstyled
from channels.table import rows, written
from channels.text import longest, shorten, spans, utf16, word_border

BULLETS = ("•", "–", "+")
LOOK_AHEAD = 80
"""Characters behind a full stop that can decide whether it ends a sentence, and some."""


_FILE_NAME = re.compile(r"\s*\S{1,80}\.(?:jpe?g|png|gif|webp|bmp)\s*", re.IGNORECASE)


def prose(block: Block) -> str:
    """The block as text: lists and tables one line an entry, addresses behind the words that link to them.

    A figure is its caption in brackets; what has no text gives "".
    """
    match block:
        case Listing(items):
            return "\n".join(_entry(item) for item in items if unstyled(item.runs).strip())
        case Table():
            return _table(block)
        case Preformatted(text):
            return text.strip("\n")
        case Quote(runs):
            text = words(runs)
            return f"“{text}”" if text and not text.startswith(("“", '"')) else text
        case Figure():
            return f"[Ảnh: {caption(block)}]" if caption(block) else ""
        case _:
            return words(block.runs)


def caption(figure: Figure) -> str:
    """What stands below the picture, else what stands in for it, unless that is only a file's name."""
    return words(figure.caption) or ("" if _FILE_NAME.fullmatch(figure.alt) else figure.alt)


def words(runs: Runs) -> str:
    """Runs as text, each link followed by its address unless its words already are the address."""
    parts = []
    for href, linked in itertools.groupby(runs, key=lambda run: run.href):
        text = unstyled(tuple(linked))
        if href:
            shown = href.removeprefix("mailto:")
            said = text.strip()
            both = f"{said} ({shown})" if said and _bare(said) != _bare(shown) else shown
            # The blanks at the ends of a link are the sentence's.
            text = text.replace(said, both, 1) if said else both
        parts.append(text)
    return "".join(parts).strip()


def flowing(blocks: Iterable[Block]) -> str:
    """The blocks as one text, a blank line between two; what announces the next block stays with it."""
    text = ""
    for block in blocks:
        if shown := prose(block):
            text += shown + ("\n" if isinstance(block, Heading) or shown.endswith(":") else "\n\n")
    return text.strip()


def opening(text: str, room: int) -> str:
    """As many whole sentences from the start as measure `room` UTF-16 units; at least a part of the first."""
    if utf16(text) <= room:
        return text
    ends = _ends(text, _most(text, room))
    return text[: ends[-1]] if ends else shorten(text[: max(room, 0) + 1], room, utf16)


def pack(text: str, rooms: Sequence[int]) -> tuple[str, ...] | None:
    """`text` in as many pieces as there are `rooms` (UTF-16 units), none empty; None where it doesn't fit.

    Cut between blocks where that leaves at most a third of the room empty, else between sentences where
    that leaves at most two thirds of it, else between words.
    """
    pieces = []
    rest = text
    for room in rooms[:-1]:
        at = _cut(rest, room)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    pieces.append(rest)
    fits = all(piece and utf16(piece) <= room for piece, room in zip(pieces, rooms, strict=True))
    return tuple(pieces) if fits else None


def _cut(text: str, room: int) -> int:
    most = _most(text, room)
    block = text.rfind("\n\n", 0, most + 1)
    if block > most * 2 / 3:
        return block
    ends = _ends(text, most)
    return ends[-1] if ends and ends[-1] > most / 3 else word_border(text, most)


def _most(text: str, room: int) -> int:
    """How many characters, short of all, measure at most `room` UTF-16 units; never more than `room`."""
    return longest(max(min(len(text) - 1, room), 0), lambda at: utf16(text[:at]) <= room)


def _ends(text: str, most: int) -> list[int]:
    # What a full stop means is decided by the few words around it: the rest need not be looked at.
    return [end for _, end in spans(text[: most + LOOK_AHEAD]) if end <= most]


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def _entry(item: ListItem) -> str:
    mark = f"{item.number}." if item.number is not None else BULLETS[min(item.depth, len(BULLETS) - 1)]
    return f"{'  ' * item.depth}{mark} {words(item.runs)}"


def _table(table: Table) -> str:
    lines = (words(written(row)) for row in rows(table))
    return "\n".join(filter(None, [words(table.caption), *lines]))
