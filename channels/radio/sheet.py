"""What stands on a script's page, in order, whatever prints it.

Fields: facts of the trade (station, programme, slot, level, who answers, length, sources); layout: Nghị định
30/2020/NĐ-CP, Phụ lục I.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from channels.base import Priority
from channels.radio.programme import (
    LEVELS,
    Kind,
    Line,
    Music,
    Programme,
    Script,
    Told,
    duration,
    read_in,
)
from channels.text import shorten

TOP = BOTTOM = 20
LEFT, RIGHT = 30, 20
"""Margins in mm, within the decree's 20-25, 20-25, 30-35 and 15-20."""
TEXT, SMALL = 14, 13
"""Points: the decree's 13-14 for all text."""
INDENT = 10
"""mm: the first line of a paragraph (the decree's 1 cm)."""

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
MARKS: Mapping[Kind, str] = {"correction": "ĐÍNH CHÍNH", "withdrawal": "GỠ TIN"}
"""What nobody may take for news."""
_BLANK = "." * 48
_CELL = 600
"""Characters: a row never comes near the height of a page."""
_MARK = re.compile(r"( //?(?= |$))")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Banner:
    """Whose page it is, and of which day."""

    station: str
    day: str


@dataclass(frozen=True, slots=True)
class Title:
    text: str
    below: str


@dataclass(frozen=True, slots=True)
class Table:
    """`widths` in mm; `header` is empty where the first column names the second."""

    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    text: str
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """What the station plays here."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """About what is read, never read aloud; what `leads` stands on one page with what follows."""

    text: str
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """Read aloud, by `who` where that changes; with breath marks."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """(office, name) side by side, with room to sign."""

    people: tuple[tuple[str, str], ...]


Block = Banner | Title | Table | Section | Cue | Remark | Speech | Signatures


def sheet(programme: Programme, parts: Sequence[Script] = ()) -> Iterator[Block]:
    """The blocks of a programme's page; `parts`: the whole of a single script that had to be shortened."""
    at = programme.airs_at
    # The decree writes a nought before days up to 9, and before months 1 and 2.
    month = f"{at.month:02d}" if at.month < 3 else at.month
    yield Banner(programme.station, f"Ngày {at.day:02d} tháng {month} năm {at.year}")
    alone = programme.scripts[0].kind if len(programme.scripts) == 1 else "news"
    yield Title(" – ".join(filter(None, ("KỊCH BẢN PHÁT THANH", MARKS.get(alone)))), programme.name)
    yield Table((54, 106), _cells(_fields(programme)))
    yield Remark(
        "Ký hiệu: / ngắt hơi ngắn; // hết câu, nghỉ dài. Chỉ đọc những đoạn thụt đầu dòng, kết thúc bằng //;"
        " đề mục, bảng, chữ nghiêng, dòng trong ngoặc vuông và chữ “Giọng 1”, “Giọng 2” không đọc."
    )
    yield from _body(programme)
    yield Signatures((
        ("BIÊN TẬP", programme.editor),
        ("PHÁT THANH VIÊN", programme.announcer),
        ("NGƯỜI DUYỆT", programme.approver),
    ))  # fmt: skip
    yield from _advice(programme.scripts)
    if parts:
        yield Section("PHƯƠNG ÁN PHÁT TRỌN BÀI", new_page=True)
        for number, part in enumerate(parts, 1):
            length = duration(read_in(part.syllables, programme.syllables_per_minute))
            yield Section(f"Phần {number} trên {len(parts)} ({length})")
            yield from _speech(part.lines)
    yield from _appendix((*programme.scripts, *parts))


def printable(text: str) -> str:
    """Without what no page can hold: control characters, halves of characters (XML 1.0, 2.2)."""
    return _NO_CHARACTER.sub("", text)


def stretches(text: str) -> Iterator[tuple[str, bool]]:
    """A marked text in printable pieces, each with whether it is a mark; put together they are the text."""
    for number, piece in enumerate(_MARK.split(printable(text))):
        if piece:
            yield piece, number % 2 == 1


def _fields(programme: Programme) -> Iterator[tuple[str, str]]:
    at = programme.airs_at
    yield "Đài, đơn vị", programme.station
    yield "Chương trình", programme.name
    when = f"{at:%H} giờ {at:%M}, {_WEEKDAYS[at.weekday()]}, ngày {at:%d/%m/%Y}"
    if programme.minutes:
        yield "Phát lúc", when
        yield "Khung giờ", f"{programme.minutes} phút"
    else:
        # Nobody but the station knows when it reads a single script.
        yield "Phát lúc", "Phát ngay" if programme.level is Priority.EMERGENCY else _BLANK
        withdrawn = any(script.kind == "withdrawal" for script in programme.scripts)
        yield "Gỡ lúc" if withdrawn else "Được phát từ", when
    yield "Mức bản tin", f"{LEVELS[programme.level].capitalize()} (Thông tư 39/2020/TT-BTTTT)"
    music = f", trong đó nhạc {duration(programme.music)}" if programme.music else ""
    yield "Thời lượng ước tính", duration(programme.seconds) + music
    yield "Số âm tiết", f"{_number(programme.syllables)} ({programme.syllables_per_minute} âm tiết một phút)"
    if len(programme.scripts) == 1:
        (script,) = programme.scripts
        yield "Văn bản nguồn", "\n".join(filter(None, (script.title, script.source, *_origin(script))))
    else:
        yield "Số tin", f"{len(programme.scripts)}, nguồn ghi dưới tên mỗi tin"
    if flagged := sum(len(script.flags) for script in programme.scripts):
        yield "Cần xem trước khi phát", f"{flagged} chỗ, ghi ở mục Lưu ý cuối kịch bản"


def _body(programme: Programme) -> Iterator[Block]:
    scripts, told = programme.scripts, 0
    for kind, group in groupby(programme.steps, key=type):
        steps = list(group)
        if kind is Line:
            if told == len(scripts):
                yield Section("Lời kết")
            else:
                yield Remark("Lời dẫn:", leads=True) if told else Section("Lời chào")
            yield from _speech(step for step in steps if isinstance(step, Line))
        for step in steps:
            match step:
                case Music(name, length):
                    yield Cue(f"[{name.upper()}: {length} GIÂY]")
                case Told(index):
                    told += 1
                    script = scripts[index]
                    # Its title is the first that is read: here it would be read twice.
                    mark = MARKS.get(script.kind, "")
                    yield Section(f"Tin {told}{mark and f' – {mark}'}" if len(scripts) > 1 else "Nội dung")
                    if len(scripts) > 1:
                        yield Remark(_about(script, programme.syllables_per_minute), leads=True)
                    yield from _speech(script.lines)


def _speech(lines: Iterable[Line]) -> Iterator[Speech]:
    """Where there are two voices, each is named when its turn comes."""
    lines, before = list(lines), 0
    two = len({line.voice for line in lines}) > 1
    for line in lines:
        yield Speech(f"Giọng {line.voice}:" if two and line.voice != before else "", line.text)
        before = line.voice


def _about(script: Script, syllables_per_minute: int) -> str:
    length = duration(read_in(script.syllables, syllables_per_minute))
    source = f"Nguồn: {script.source}. " if script.source else ""
    origin = "".join(f" {words}." for words in _origin(script))
    return f"{source}Mức {LEVELS[script.level]}. {length}, {_number(script.syllables)} âm tiết.{origin}"


def _origin(script: Script) -> Iterator[str]:
    """Its number finds an article; an address would be broken over lines, and nobody types it."""
    if script.article is not None:
        day = f", đăng ngày {datetime.fromisoformat(script.published):%d/%m/%Y}" if script.published else ""
        yield f"Bài số {script.article}{day}"


def _advice(scripts: Sequence[Script]) -> Iterator[Block]:
    def told(kind: str) -> list[str]:
        return [
            f"Tin {number}: {words}" if len(scripts) > 1 else words
            for number, script in enumerate(scripts, 1)
            for words in getattr(script, kind)
        ]

    for title, words in (("LƯU Ý: CẦN XEM TRƯỚC KHI PHÁT", told("flags")), ("GHI CHÚ", told("notes"))):
        if words:
            yield Section(title)
            yield from (Remark(f"{number}. {one}") for number, one in enumerate(words, 1))
    if long := told("long"):
        yield Section("CÂU DÀI, NÊN TÁCH")
        yield Remark("; ".join(long) + ".")


def _appendix(scripts: Iterable[Script]) -> Iterator[Block]:
    read = (reading for script in scripts for reading in script.appendix)
    readings: dict[tuple[str, ...], tuple[str, str]] = {}
    for reading in read:
        readings.setdefault(tuple(map(str.casefold, reading)), reading)
    if readings:
        yield Section("PHỤ LỤC: CÁCH ĐỌC")
        rows = ((str(n), *reading) for n, reading in enumerate(readings.values(), 1))
        yield Table((12, 58, 90), _cells(rows), ("TT", "Viết", "Đọc"))


def _cells(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(shorten(text, _CELL) for text in row) for row in rows)


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
