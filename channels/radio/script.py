"""A written article as sentences for the ear: no marks of layout, no addresses, no pictures.

Rules: facts/radio.md, "House readings". Numbers and abbreviations stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from channels.document import Block, Figure, Heading, Listing, ListItem, Preformatted, Run, Runs, Table, plain
from channels.radio.spelling import clean_text
from channels.table import Row, rows

_CLOSED = re.compile(r"[.!?:…][\"”’»]*$")
_HERE = {"tại đây", "ở đây", "đây", "tại link", "link"}
_STEPS = re.compile(r"\bbước\b", re.IGNORECASE)
_UNIT = re.compile(r"(.+?)\s*\(([^()]{1,20})\)")
_ORDER = ("Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười")


def spoken_blocks(body: Iterable[Block]) -> tuple[str, ...]:
    """One paragraph to read aloud for each line, in order; what cannot be read (pictures) is left out."""
    lines: list[str] = []
    for block in body:
        lines += filter(None, _lines(block, lines[-1] if lines else ""))
    return tuple(lines)


def sentence(text: str) -> str:
    """`text` cleaned for reading, begun and closed like a sentence; empty where nothing is left to read."""
    clean = clean_text(text)
    if not re.search(r"\w", clean):
        return ""
    if clean.split(maxsplit=1)[0].islower():
        clean = clean[0].upper() + clean[1:]
    clean = clean.rstrip(";, ")
    return clean if _CLOSED.search(clean) else f"{clean}."


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


def moment(at: datetime) -> str:
    """A time of day with its date, as it is read: "9 giờ 15 phút ngày 24/11/2026"."""
    return f"{at.hour} giờ {f'{at.minute} phút ' if at.minute else ''}ngày {at:%d/%m/%Y}"


def _lines(block: Block, before: str) -> Iterator[str]:
    match block:
        case Figure():
            return
        case Listing(items):
            for item in items:
                yield from _sentences(_order(item, before) + _words(item.runs))
        case Table():
            yield sentence(_words(block.caption))
            yield from map(_row, rows(block))
        case Preformatted(text):
            yield from map(sentence, text.splitlines())
        case Heading(_, runs):
            yield sentence(_words(runs).rstrip(" :"))
        case _:
            yield from _sentences(_words(block.runs))


def _words(runs: Runs) -> str:
    return "".join(map(_said, runs))


def _said(run: Run) -> str:
    """A link that says only "tại đây" tells a listener nothing: its address is what he needs."""
    words = run.text.strip()
    if run.href is None or words.casefold() not in _HERE:
        return run.text
    place = "tại địa chỉ" if " " in words else "địa chỉ"
    return run.text.replace(words, f"{place} {run.href.removeprefix('mailto:')}")


def _sentences(text: str) -> Iterator[str]:
    """A sentence for each line; one that goes on in small letters belongs to the line before it."""
    joined = re.sub(r"\n(.)", lambda end: f" {end[1]}" if end[1].islower() else end[0], text)
    return map(sentence, joined.split("\n"))


def _order(item: ListItem, before: str) -> str:
    """How an announcer counts: "Bước 2: " where steps are announced, else "Hai là: "."""
    if item.number is None:
        return ""
    if item.depth:
        return f"Ý {item.number}: "
    if _STEPS.search(before):
        return f"Bước {item.number}: "
    return f"{_ORDER[item.number - 1]} là: " if 0 < item.number <= len(_ORDER) else f"Mục {item.number}: "


def _row(row: Row) -> str:
    """A row becomes "Cấp tỉnh: tiếp nhận 71.240; đúng hạn 99,3%."."""
    label, unit = _without_unit(_words(row.label))
    said = "; ".join(_cell(plain(name), _words(cell), unit) for name, cell in row.cells)
    return sentence(f"{label.rstrip(' :')}: {said}" if label and said else label or said)


def _cell(name: str, value: str, unit: str) -> str:
    name, own = _without_unit(name)
    name, value, unit = _in_passing(name), clean_text(value).rstrip(".;"), own or unit
    if unit and value[-1:].isdigit():
        value += unit if unit == "%" else f" {unit}"
    return f"{name}{' ' if value[:1].isdigit() else ' là '}{value}" if name else value


def _in_passing(name: str) -> str:
    """A column's name in the middle of a sentence; "UBND" and its like keep their capitals."""
    words = (clean_text(part) for part in name.split(" – "))
    return " ".join(word[0].lower() + word[1:] if word[1:2].islower() else word for word in words)


def _without_unit(name: str) -> tuple[str, str]:
    unit = _UNIT.fullmatch(name.strip())
    return (unit[1], unit[2]) if unit else (name, "")
