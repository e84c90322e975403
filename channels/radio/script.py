"""A written article as sentences for the ear: no marks of layout, no addresses, no pictures.

Rules: facts/radio.md, "House readings". Numbers and abbreviations stay as they are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from channels.document import Block, Figure, Heading, Listing, ListItem, Preformatted, Table, plain

_ADDRESS = re.compile(r"(?:https?://(?:www\.)?|www\.)([^\s<>\"”»/?#:]*)[^\s<>\"”»]*", re.IGNORECASE)
_CLOSED = re.compile(r"[.!?:…][\"”’»)\]]*$")
_NAMED = re.compile(r"(?:địa chỉ|website|trang|cổng)\s*:?\s*$", re.IGNORECASE)
_NUMBERED = re.compile(r"\w+\s+\d+|\d")
_UNIT = re.compile(r"(.+?)\s*\(([^()]{1,20})\)")


def spoken_blocks(body: Iterable[Block]) -> tuple[str, ...]:
    """One paragraph to read aloud for each line, in order; what cannot be read (pictures) is left out."""
    return tuple(line for block in body for line in _lines(block) if line)


def sentence(text: str) -> str:
    """`text` cleaned for reading and closed like a sentence; empty where nothing is left to read."""
    clean = clean_text(text)
    if not re.search(r"\w", clean):
        return ""
    return clean if _CLOSED.search(clean) else clean.rstrip(";, ") + "."


def clean_text(text: str) -> str:
    """Text on one line without emoji, layout signs, "./." and link targets; an address keeps its host."""
    text = _ADDRESS.sub(_host, unicodedata.normalize("NFC", text))
    kept = "".join(char for char in text if _readable(char))
    kept = re.sub(r"\s*\./\.", ".", " ".join(kept.split()))
    return re.sub(r"\s+([.,;:!?…])", r"\1", re.sub(r"\(\s*\)", "", kept)).strip(" -–•*+")


def syllables(text: str) -> int:
    """An estimate of what a voice will say: a word is one, a number of n digits is 2n-1."""
    count = 0
    for token in re.findall(r"\d+(?:\.\d{3})+|\d+|[^\W\d_]+|%", text):
        digits = sum(char.isdigit() for char in token)
        if token == "%":  # noqa: S105
            count += 3
        else:
            count += 2 * digits - 1 if digits else 1
    return count


def duration(seconds: int) -> str:
    """Minutes and seconds in words: "1 phút 20 giây"."""
    minutes, rest = divmod(seconds, 60)
    words = [f"{minutes} phút"] if minutes else []
    return " ".join([*words, f"{rest} giây"] if rest or not minutes else words)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Figure():
            return
        case Listing(items):
            yield from (sentence(_entry(item)) for item in items)
        case Table():
            yield from _rows(block)
        case Preformatted(text):
            yield from (sentence(line) for line in text.splitlines())
        case Heading(_, runs):
            yield sentence(plain(runs).rstrip(" :"))
        case _:
            yield sentence(plain(block.runs))


def _entry(item: ListItem) -> str:
    """An item that does not number itself ("Bước 1: …") keeps the list's number."""
    text = plain(item.runs)
    if item.number is None or _NUMBERED.match(text):
        return text
    return f"Mục {item.number}: {text}"


def _rows(table: Table) -> Iterator[str]:
    """A row becomes "Cấp tỉnh: tiếp nhận 71.240; đúng hạn 99,3%."."""
    yield sentence(plain(table.caption))
    names = [clean_text(plain(cell)) for cell in table.header]
    for row in table.rows:
        cells = [clean_text(plain(cell)) for cell in row]
        named = list(zip_longest(names[: len(cells)], cells, fillvalue=""))
        subject, *rest = [(name, cell) for name, cell in named if cell] or [("", "")]
        said = "; ".join(_cell(name, cell) for name, cell in rest)
        yield sentence(f"{subject[1].rstrip(' :')}: {said}" if said else subject[1])


def _cell(name: str, value: str) -> str:
    value = value.rstrip(".;")
    if unit := _UNIT.fullmatch(name):
        name = unit[1]
        value += unit[2] if unit[2] == "%" else f" {unit[2]}"
    if name[1:2].islower() or name[1:2] == " ":
        name = name[0].lower() + name[1:]
    return f"{name}{' ' if value[:1].isdigit() else ': '}{value}" if name else value


def _host(match: re.Match[str]) -> str:
    """What is said for a written-out address: its host, and nothing where it stands alone."""
    end = match[0][len(match[0].rstrip(".,;:!?)…")) :]
    host = match[1].rstrip(".,;!)…").rpartition("@")[2].lower()
    if not host or match[0] == match.string.strip():
        return end
    return (host if _NAMED.search(match.string[: match.start()]) else f"địa chỉ {host}") + end


def _readable(char: str) -> bool:
    """Letters, their marks, digits, spaces, punctuation, and the few signs that are words when read."""
    category = unicodedata.category(char)
    if category[0] == "M":
        return "\u0300" <= char <= "\u036f"
    return (category[0] in "LNPZ" and char not in "•▪●◦*_|") or char in "\n\t%+=<>$€₫°²³×±"
