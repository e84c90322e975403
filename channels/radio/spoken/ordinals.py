"""Ordinals after "thứ": "thứ 1" is "thứ nhất", "thứ 2, 4, 6" and "thứ 2 - thứ 6" are days of the week."""

from __future__ import annotations

import re

from channels.radio.spoken.numerals import DASH, NOT_BEFORE, SPACE, cardinal, ordinal
from channels.radio.spoken.rule import Context, Reading, Rule

_SEPARATOR = rf"(?:{DASH}|, ?| và | đến )"
_CHAIN = re.compile(rf"\d(?:{DASH}\d){{2,}}")
_NUMBER = re.compile(r"\d+")


def _days(match: re.Match[str], _context: Context) -> Reading | None:
    """Named one by one: "thứ hai, thứ tư, thứ sáu"; a dash between more than two is no "đến"."""
    if not all("2" <= day <= "7" for day in _NUMBER.findall(match[0])):
        return None
    spoken = _CHAIN.sub(lambda days: re.sub(DASH, ", ", days[0]), match[0])
    spoken = re.sub(DASH, " đến ", spoken)
    spoken = re.sub(r"(?:thứ )?(\d)", lambda day: f"thứ {ordinal(int(day[1]))}", spoken)
    return Reading(re.sub(r",(?=\S)", ", ", re.sub(" +", " ", spoken)).removeprefix("thứ "))


_SHORT_DAY = rf"(?:T\.?{SPACE}?[2-7]|CN)"
_DAY_BEFORE = re.compile(
    r"(?<!\w)(?:sáng|trưa|chiều|tối|đêm|thứ (?:\d|bảy)|T\d|giờ|phút"
    r"|\d(?:h|g|:)\d{0,2}|các ngày|hạn nộp|họp|trừ|nghỉ)"
    r"(?:,|:| và| hoặc| hay| đến| -|-)? ?[(]?$"
)
_DATE_AFTER = re.compile(r",? ?[(]?(?:ngày )?\d{1,2}[/-]\d|,? (?:hằng|hàng|mỗi) tuần")
_BUILDING = re.compile(r"(?:nhà|tòa|toà|ga|lô|khu|đường|phòng|trục|đốt sống|cọc|trạm) $", re.IGNORECASE)


def _short_days(match: re.Match[str], context: Context) -> Reading | None:
    """ "T2-T6", "sáng T7", "T6, 28/11", "19h30 CN"; "T7" by itself may be July."""
    written, before = match[0], context.before(match.start())
    alone = len(re.findall("T|CN", written)) == 1
    if alone and not (_DAY_BEFORE.search(before) or _DATE_AFTER.match(context.text, match.end())):
        if written == "CN" or _BUILDING.search(before):
            return None
        return Reading(written, 0, f"Không rõ “{written}” là thứ trong tuần, là tháng hay ký hiệu.")
    spoken = re.sub(DASH, " đến ", written)
    spoken = re.sub(rf"T\.?{SPACE}?(\d)", lambda day: f"thứ {ordinal(int(day[1]))}", spoken)
    return Reading(re.sub(r",(?=\S)", ", ", spoken.replace("CN", "chủ nhật")))


def _one(match: re.Match[str], _context: Context) -> str:
    return ordinal(int(match[0]))


_RANKED = re.compile(r"(?:xếp|đứng|vị trí|hạng)[^.;\n]{0,20}$", re.IGNORECASE)


def _ranked(match: re.Match[str], context: Context) -> str | None:
    """ "đứng thứ 24/34"."""
    rank, of = (int(part) for part in match[0].split("/"))
    if rank > of or not (of > 31 or _RANKED.search(context.before(match.start(), 30))):
        return None
    return f"{ordinal(rank)} trên {cardinal(of)}"


RULES = (
    Rule(
        "weekdays",
        re.compile(
            rf"(?:(?<=[Tt]hứ )|(?<=THỨ ))(?<!lần thứ )[2-7](?:{_SEPARATOR}(?:thứ )?[2-7](?!\d))+{NOT_BEFORE}"
            r"(?! (?:xã|người|hộ|em))"
        ),
        _days,
    ),
    Rule(
        "weekdays",
        re.compile(rf"(?<![\w./-]){_SHORT_DAY}(?:{_SEPARATOR}{_SHORT_DAY})*(?![\w/]|[-.,]\d)"),
        _short_days,
    ),
    Rule("ordinal", re.compile(rf"(?:(?<=[Tt]hứ )|(?<=THỨ ))\d{{1,3}}/\d{{1,3}}{NOT_BEFORE}"), _ranked),
    Rule("ordinal", re.compile(rf"(?:(?<=[Tt]hứ )|(?<=THỨ ))\d{{1,4}}{NOT_BEFORE}"), _one),
)
