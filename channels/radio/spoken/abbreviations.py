"""Abbreviations by the house's table, by what stands around them, and by what the text says they mean."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from channels.radio.spoken.letters import CAPITAL, letters

_NEAR = 200
"""Characters on each side that can decide a reading."""
_SENTENCE_END = re.compile(r"[.;!?](?=\s)|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """One reading of an abbreviation; `before` and `after` as abbreviations.tsv says."""

    spoken: str
    before: str
    after: str


def _table() -> dict[str, tuple[Row, ...]]:
    rows: dict[str, tuple[Row, ...]] = {}
    text = Path(__file__).with_name("abbreviations.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith(("#", "abbr\t")):
            continue
        written, spoken, before, after, _ = line.split("\t")
        row = Row(letters(written) if spoken == "~" else spoken, before, after)
        rows[written] = (*rows.get(written, ()), row)
    return rows


TABLE = _table()


def reading(written: str, text: str, start: int, end: int) -> str | None:
    """What an abbreviation at text[start:end] is read as; None where nobody knows, or nobody can decide."""
    taught = _taught(text).get(written)
    if taught:
        return taught
    for row in TABLE.get(written, ()):
        if _fits(row, text, start, end):
            return row.spoken or None
    return None


def choices(written: str) -> tuple[str, ...]:
    """All that the table knows for it, for the editor to choose from."""
    return tuple(dict.fromkeys(row.spoken for row in TABLE.get(written, ()) if row.spoken))


def _fits(row: Row, text: str, start: int, end: int) -> bool:
    if row.before and not _pattern(row.before, "before").search(text[max(0, start - 40) : start]):
        return False
    if not row.after:
        return True
    beside, anywhere = _pattern(row.after, "after"), _pattern(row.after, "anywhere")
    return bool(beside.match(text, end) or anywhere.search(_sentence(text, start, end)))


def _sentence(text: str, start: int, end: int) -> str:
    before = _SENTENCE_END.split(text[max(0, start - _NEAR) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + _NEAR], maxsplit=1)[0]
    return f"{before} {after}"


_UNSAID = r"[^\w.,;:?!…()\[\]/&+%=<>@~-]"
"""Gaps, quotes and pictures: what is beside an abbreviation is so without them too."""


@cache
def _pattern(words: str, place: str) -> re.Pattern[str]:
    chosen = [word for word in words.split("|") if word and word.startswith("*") == (place == "anywhere")]
    if not chosen:
        return re.compile(r"(?!)")
    sign = {"#": r"\d", "^": rf"(?-i:[{CAPITAL}][^\W\d_])"}
    one = "|".join(sign.get(word) or rf"{re.escape(word.lstrip('*'))}(?!\w)" for word in chosen)
    if place == "before":
        one = "|".join(sign.get(word) or rf"(?<!\w){re.escape(word)}" for word in chosen)
        return re.compile(rf"(?:{one})(?:{_UNSAID}|[,:])*(?:\d+\s*)?$", re.IGNORECASE)
    if place == "after":
        return re.compile(rf"{_UNSAID}*(?:{one})", re.IGNORECASE)
    return re.compile(rf"(?<!\w)(?:{one})", re.IGNORECASE)


_DEFINED = re.compile(
    r"\((?:sau đây (?:gọi|viết) (?:tắt )?là:? )?[\"“]?(?P<short>[A-ZĐƯ][A-Za-zĐđƯư&\-]{1,11})[\"”]?\)"
)
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=4)
def _taught(text: str) -> dict[str, str]:
    """What the text itself writes out: "tổ hợp tác (THT)" says how THT is read everywhere in it."""
    taught = {}
    for match in _DEFINED.finditer(text):
        if words := initials(match["short"], text[max(0, match.start() - _NEAR) : match.start()]):
            taught[match["short"]] = words
    return taught


def initials(abbreviation: str, before: str) -> str:
    """The last words of `before` whose first letters the abbreviation is made of; "" where they are not."""
    signs = [sign for sign in abbreviation if sign.isalpha()]
    words = list(_WORD.finditer(before))
    used: list[re.Match[str]] = []
    while signs and words:
        word = words.pop()
        if _first(word[0]) == signs[-1].upper():
            signs.pop()
            used.append(word)
        elif word[0].lower() not in {"và", "của", "về", "các", "cho"} or not used:
            return ""
    return "" if signs or not used else before[used[-1].start() : used[0].end()]


def _first(word: str) -> str:
    first = word[0].upper()
    return "Đ" if first == "Đ" else "Ư" if first == "Ư" else unicodedata.normalize("NFD", first)[0]
