"""Vietnamese text: measured, divided into sentences, shortened without breaking what people see as a sign."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

_STOP = re.compile(r"[.!?…]+[”’»\")\]]*(?=\s)|\n")
_ASIDE = re.compile(r"“[^“”\n]*”|«[^«»\n]*»|\"[^\"\n]*\"|\([^()\n]*\)")
_LAST_WORD = re.compile(r"[^\s(“\"«\[]*$")
_ABBREVIATION = re.compile(
    r"(?:\w{1,4}\.)*(?:TP|Tp|TX|TT|KP|Q|P|H|X|T|Đ|Đc|Ths|ThS|TS|PGS|GS|BS|BSCK|CN|KS|KTS|LS|DS|NCS"
    r"|NSND|NSƯT|NGND|NGƯT|TTƯT|TM|KT|TL|TUQ|Tr|tr|St|Mr|Mrs|Ms|Dr|No|vd|Vd|VD|tel|Tel|ĐT|đt)\."
    r"|(?:[^\W\d_]\.){2,}"
)
"""What keeps its full stop within a sentence: titles, places, "TM.", initials."""
_NUMBERING = re.compile(
    r"[\s“\"(*•–-]*(?:(?:Câu|Điều|Khoản|Điểm|Mục|Chương|Phần|Bước|Bài|Kênh|Phụ lục|Ý)\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[a-zđA-ZĐ])\.",
)
_OPENING = "“‘«\"'([*•–-"
_LOOK_BACK = 40
"""Characters before a full stop that can decide what it is."""


def utf16(text: str) -> int:
    """How many UTF-16 units `text` has: what Telegram counts in (Bot API, MessageEntity)."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text`, in order, without the white space around them; a line break ends one."""
    return tuple(text[start:end] for start, end in spans(text))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of `text` begins and ends."""
    start = 0
    for border in _borders(text):
        yield from _stripped(text, start, border)
        start = border
    yield from _stripped(text, start, len(text))


def shorten(text: str, limit: int, measure: Callable[[str], int] = len) -> str:
    """`text` if it measures at most `limit`, else what fits of it up to a word border, and "…".

    `measure` never falls as a text grows. Where not even "…" fits, nothing is left.
    """
    if measure(text) <= limit:
        return text
    end = longest(len(text), lambda at: measure(_clipped(text, at)) <= limit)
    end = word_border(text, end)
    short = _clipped(text, end)
    return short if measure(short) <= limit else ""


def word_border(text: str, at: int) -> int:
    """The last place up to `at` where `text` may be cut: after a word, else between two signs."""
    if at >= len(text):
        return len(text)
    end = at
    while end > 0 and not text[end].isspace():
        end -= 1
    if text[:end].strip():
        return end
    while at > 0 and _joined(text, at):
        at -= 1
    return at


def longest(limit: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `limit` that fits, 0 if none does; what fits, fits when smaller."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _clipped(text: str, at: int) -> str:
    return text[:at].rstrip(" \t\n\xa0,;:.–-") + "…"


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    inside = text[start:end]
    left = start + len(inside) - len(inside.lstrip())
    right = end - (len(inside) - len(inside.rstrip()))
    if left < right:
        yield left, right


def _borders(text: str) -> Iterator[int]:
    asides = _ASIDE.finditer(text)
    aside = next(asides, None)
    start = 0
    for stop in _STOP.finditer(text):
        while aside is not None and aside.end() < stop.end():
            aside = next(asides, None)
        inside = aside is not None and aside.start() < stop.start() and stop.end() < aside.end()
        if stop[0] == "\n" or (not inside and _ends_sentence(text, start, stop)):
            yield stop.end()
            start = stop.end()


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    following = text[stop.end() : stop.end() + _LOOK_BACK].lstrip()
    if not following or following[0].islower():
        return False
    if following[0] in _OPENING and following[1:2].islower():
        return False
    if stop[0] != ".":
        return True
    before = text[max(start, stop.start() - _LOOK_BACK) : stop.end()]
    if start + _LOOK_BACK > stop.start() and _NUMBERING.fullmatch(before.lstrip()):
        return False
    word = _LAST_WORD.search(before)
    return word is None or word[0] == "v.v." or not _ABBREVIATION.fullmatch(word[0])


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of `at` make one sign (UAX #29, the cases that news bring)."""
    before, after = text[at - 1], text[at]
    if "\u200d" in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if _is_flag_half(before) and _is_flag_half(after):
        halves = 1
        while halves < at and _is_flag_half(text[at - 1 - halves]):
            halves += 1
        return halves % 2 == 1
    return (before, after) == ("\r", "\n")


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
