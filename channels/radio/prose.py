"""A written article as passages for the ear: lists are counted, tables told, pictures left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from channels.document import (
    Block,
    Figure,
    Heading,
    Listing,
    ListItem,
    Paragraph,
    Preformatted,
    Run,
    Runs,
    Table,
    plain,
)
from channels.table import Row, rows
from channels.text import sentences

_CLOSED = re.compile(r"[.!?:…][\"”’»)]*$")
_HERE = {"tại đây", "ở đây", "đây", "tại link", "link"}
_STEPS = re.compile(r"\bbước\b", re.IGNORECASE)
_UNIT = re.compile(r"(.+?)\s*\(([^()]{1,20})\)")
_ORDER = ("Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười")
_ECHO = re.compile(r" ?\(([A-ZĐ][\w&.-]{1,9})\)")
_QUESTION = re.compile(r"(?:Hỏi|Câu hỏi)\b|.*\?[\"”’»]*$", re.DOTALL)
_ANSWER = re.compile(r"(?:Trả lời|Đáp)\s*:\s*")

_ADDRESS = re.compile(r"https?://\S+")
_LEADS = re.compile(
    r"(?:(?:Xem|Đọc|Tải) )?(?:toàn văn|chi tiết|nội dung đầy đủ|thêm|về|link|đường dẫn)\b[^:.?!\n]{0,80}:"
    r"\s*\.?",
    re.IGNORECASE,
)
"""What leads to a link and says nothing else: "Toàn văn kế hoạch: 9127/KH-UBND."."""
_PLAIN_NAMES = {"nội dung", "công việc", "nội dung công việc", "tên", "tên gọi", "mô tả"}
"""Names of a first column that tell a listener nothing."""

MOST_ROWS = 8
MOST_COLUMNS = 4
"""A listener cannot follow a larger table: it is left out, and the editor is told."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences, as written, that belong together."""

    sentences: tuple[str, ...]
    voice: int = 1
    opens: bool = False
    """It only leads to what follows (a heading, a question, "gồm các bước:"): it is never the last."""


@dataclass(frozen=True, slots=True)
class Prose:
    """`two_voices`: questions are read by voice 1 and answers by voice 2."""

    passages: tuple[Passage, ...]
    notes: tuple[str, ...]
    two_voices: bool


def prose(body: Iterable[Block], *, asks: bool = False) -> Prose:
    """What of an article is read, in order; `asks`: its kind says that it answers questions."""
    passages: list[Passage] = []
    notes: list[str] = []
    for block in body:
        if why := _untold(block):
            notes.append(why)
            continue
        before = passages[-1].sentences[-1] if passages else ""
        passages += (
            Passage(sentences(line), opens=isinstance(block, Heading) or line.endswith(":"))
            for line in filter(None, _lines(block, before))
        )
    answers = sum(bool(_ANSWER.match(passage.sentences[0])) for passage in passages)
    two_voices = answers > 1 or asks
    if two_voices:
        passages = list(_in_two_voices(passages))
    return Prose(tuple(passages), tuple(notes), two_voices)


def sentence(text: str) -> str:
    """`text` on one line, begun and closed like a sentence; empty where there is no word in it.

    An abbreviation in brackets behind its own words, "thủ tục hành chính (TTHC)", goes.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split()).lstrip(" -–—+•*,;")
    line = _ECHO.sub(lambda match: "" if _abbreviates(match[1], line[: match.start()]) else match[0], line)
    if not re.search(r"\w", line):
        return ""
    if line.split(maxsplit=1)[0].islower():
        line = line[0].upper() + line[1:]
    line = re.sub(r"\s*\./\.$", ".", line).rstrip(";, ")
    return line if _CLOSED.search(line) else f"{line}."


def _abbreviates(inside: str, before: str) -> bool:
    """Whether it is made of the first letters of the words before it."""
    letters = "".join(filter(str.isalpha, inside))
    words = [word for word in re.findall(r"[^\W\d_]+", before) if word != "và"][-len(letters) :]
    initials = "".join(unicodedata.normalize("NFD", word)[0] for word in words)
    return letters.isupper() and unicodedata.normalize("NFD", letters)[0] == letters[0] and (
        initials.upper() == letters
    )  # fmt: skip


def _in_two_voices(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Whoever answers goes on until the next question; "Trả lời:" need not be said by a second voice."""
    voice = 1
    for passage in passages:
        first, *rest = passage.sentences
        if answer := _ANSWER.match(first):
            voice = 2
            first = sentence(first[answer.end() :])
        elif _QUESTION.match(" ".join(passage.sentences)):
            voice = 1
        if first or rest:
            yield replace(
                passage,
                sentences=(first, *rest) if first else tuple(rest),
                voice=voice,
                opens=passage.opens or (voice == 1 and passage.sentences[-1].endswith("?")),
            )
            if voice == 1 and passage.sentences[-1].endswith("?"):
                voice = 2


def _untold(block: Block) -> str:
    """Why a block is left out, for the editor; empty where it is not, and where nobody would miss it."""
    match block:
        case Paragraph(runs) if _only_leads_elsewhere(runs):
            return f"Đường dẫn “{plain(runs).strip()}” không đọc."
        case Table():
            return _too_much(block)
    return ""


def _only_leads_elsewhere(runs: Runs) -> bool:
    left = _ADDRESS.sub(
        "", "".join(run.text for run in runs if not run.href or run.href.startswith("mailto:"))
    )
    return not left.strip() or (left != plain(runs) and _LEADS.fullmatch(left.strip()) is not None)


def _too_much(table: Table) -> str:
    height = len(table.rows)
    width = max(map(len, (table.header, *table.rows)), default=0)
    named = f"Bảng “{plain(table.caption)}”" if table.caption else "Một bảng"
    if height > MOST_ROWS or width - 1 > MOST_COLUMNS:
        return f"{named} ({height} hàng, {width} cột) không đọc: quá lớn để nghe."
    if width > 2 and not any(name for row in rows(table) for name, _ in row.cells):
        return f"{named} không đọc: các cột không có tên."
    return ""


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
    """A link that says only "tại đây" tells a listener nothing: its address is what he needs."""
    return "".join(
        _address(run) if href and run.text.strip().casefold() in _HERE else run.text
        for href, group in groupby(runs, lambda run: run.href)
        for run in group
    )


def _address(run: Run) -> str:
    words, href = run.text.strip(), run.href or ""
    place = "tại địa chỉ" if " " in words else "địa chỉ"
    host = re.sub(r"^(?:https?://(?:www\.)?|mailto:)([^/?#]*).*", r"\1", href)
    return run.text.replace(words, f"{place} {host}")


def _sentences(text: str) -> Iterator[str]:
    """A paragraph for each line; one that goes on in small letters belongs to the line before it."""
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
    cells = [(plain(name), _words(cell)) for name, cell in row.cells]
    if label and cells and cells[0][0].strip().casefold() in _PLAIN_NAMES:
        cells[0] = ("", _in_passing(cells[0][1]))
    told = "; ".join(_cell(name, words, unit) for name, words in cells)
    return sentence(f"{label.rstrip(' :')}: {told}" if label and told else label or told)


def _cell(name: str, value: str, unit: str) -> str:
    name, own = _without_unit(name)
    name, value, unit = _in_passing(name), " ".join(value.split()).rstrip(".;"), own or unit
    if unit and value[-1:].isdigit():
        value += unit if unit == "%" else f" {unit}"
    if not name:
        return value
    return f"{name} {value}" if value[:1].isdigit() else f"{name} là {_small(value)}"


def _in_passing(name: str) -> str:
    """A column's name in the middle of a sentence; "UBND" and its like keep their capitals."""
    words = (" ".join(part.split()) for part in name.split(" – "))
    return " ".join(word[0].lower() + word[1:] if word[1:2].islower() else word for word in words)


def _small(words: str) -> str:
    """Begun in the middle of a sentence: "Phú Thọ", "UBND" and "Sở Nội vụ" keep their capitals."""
    first, _, rest = words.partition(" ")
    return words if rest[:1].isupper() or not first[1:2].islower() else words[0].lower() + words[1:]


def _without_unit(name: str) -> tuple[str, str]:
    unit = _UNIT.fullmatch(name.strip())
    return (unit[1], unit[2]) if unit else (name, "")
