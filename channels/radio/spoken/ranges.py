"""Numbers alone and together: "15", "từ 3 - 5 ngày", "150-200 mm", "20x30 cm", "thắng 2-1"."""

from __future__ import annotations

import re
from itertools import pairwise

from channels.radio.spoken.amounts import AMOUNT, NEGATIVE, PARTS, SIGN, joined
from channels.radio.spoken.calendar_words import COUNTED_AFTER
from channels.radio.spoken.formulas import in_formula
from channels.radio.spoken.numerals import ARROW, DASH, NOT_AFTER, NOT_BEFORE, SPACE, number, value
from channels.radio.spoken.rule import Context, Reading, Rule

_TIMES = rf"{SPACE}?[xX×]{SPACE}?"
_STEPS_BEFORE = re.compile(r"(?:bài|điều|chương|phiên bản|lớp|nhóm)\s$", re.IGNORECASE)
_SCORE = re.compile(
    r"(?<!\w)(?<!hướng )(?<!chỉ )(?<!dịch )(?:tỷ số|tỉ số|thắng|thua|hòa|hoà|dẫn|dẫn trước|gỡ hòa|kết quả"
    r"|chung cuộc|hiệp)(?!\w)[^.;\d]{0,40}$",
    re.IGNORECASE,
)
_SETS = re.compile(
    r"(?<!\w)(?:tỷ số|tỉ số|thắng|thua|kết quả|chung kết|bán kết|tứ kết|trận)(?!\w)[^.;\n]{0,50}"
    r"\d{1,2}-\d{1,2} ?\((?:\d{1,2}-\d{1,2}[,;] ?)*$"
    r"|(?<!\w)hiệp (?:\d|một|nhất|hai|phụ)(?: là)?:? $",
    re.IGNORECASE,
)
"""The sets of a match, or its halves: "3-1 (25-20, 22-25", "hiệp 1: 1-0"."""
_LASTING = re.compile(r" (?:ngày|giờ|phút|tuần|tháng|năm|lần|%)(?!\w)")
_FORMATION = re.compile(r"(?:đội hình|sơ đồ|chiến thuật)(?: \w+)? $", re.IGNORECASE)
_UNTOLD = re.compile(
    r"(?:^|\n|(?<!\w)(?:lịch|họp|hẹn|hạn|diễn ra|khai mạc|bế mạc)(?: \w+)? "
    r"|(?<!\w)(?:xem|đọc|tra|tham khảo|hỏi|báo)(?: lại| số| thêm)? "
    r"|(?<!tuổi)(?<!lượng)(?<!độ)(?<!lớp)(?<!cấp): )$",
    re.IGNORECASE,
)
"""Nothing that says what two short numbers after it are: "Ghi chú: 5-7.", "xem 5-7", "liên hệ số 38-47"."""
_CALLED = re.compile(
    r"(?<!\w)(?:liên hệ|gọi|hỏi|điện thoại|hotline|số máy|tổng đài)(?: \w+)?:? $", re.IGNORECASE
)
_HEADED = re.compile(r"(?<!\w)(?P<head>[^\W\d_]+) \d+[a-zA-Z]? ?$", re.IGNORECASE)


def _between(match: re.Match[str], context: Context) -> str | None:
    """ "lớp 1 - lớp 5": the same word on both sides of a dash; more than two are steps."""
    if re.search(ARROW, context.before(match.start(), 20) + context.after(match.end(), 20)):
        return None
    before = _HEADED.search(context.before(match.start(), 20))
    return " đến " if before and before["head"].lower() == match["head"].lower() else None


def _added(match: re.Match[str], _context: Context) -> str:
    """ "phút 90+3" of a match."""
    return " cộng ".join(number(part).spoken for part in re.findall(r"\d+", match[0]))


def _score(match: re.Match[str], context: Context) -> str | None:
    counted = COUNTED_AFTER.match(context.text, match.end()) or _LASTING.match(context.text, match.end())
    before = context.before(match.start(), 100)
    if counted or not (_SCORE.search(before[-60:]) or _SETS.search(before)):
        return None
    return " ".join(number(part).spoken for part in re.findall(r"\d+", match[0]))


def _chain(match: re.Match[str], context: Context) -> Reading:
    """One amount, from one to another, or one by another; nothing else is known that has more of them."""
    amounts = list(PARTS.finditer(context.text, *match.span()))
    if len(amounts) == 1:
        return _one(match, context)
    if _FORMATION.search(context.before(match.start(), 30)) and re.fullmatch(r"\d(?:-\d)+", match[0]):
        return Reading(" ".join(number(part).spoken for part in match[0].split("-")))
    between = {context.text[one.end() : other.start()].strip() for one, other in pairwise(amounts)}
    if all(re.fullmatch(ARROW, sign) for sign in between):
        return joined(match, context, "đến" if len(amounts) == 2 else ",")
    if between <= set("xX×"):
        return joined(match, context, "nhân")
    bare = re.fullmatch(rf"\d{{1,2}}{DASH}\d{{1,2}}", match[0])
    before = context.before(match.start(), 30)
    after = context.after(match.end())
    counted = COUNTED_AFTER.match(after) or _LASTING.match(after)
    if bare and (
        (_CALLED.search(before) and not counted) or (_UNTOLD.search(before) and not re.match(r" \w", after))
    ):
        return Reading(match[0], 0, "Không rõ là ngày, giờ hay khoảng.")
    if between <= set("-–−") and in_formula(context, match.start()):
        if len(amounts) > 2 or not _grows(*amounts):
            return joined(match, context, "trừ")
        if not context.before(match.start(), 3).endswith("= "):
            return Reading(match[0], 0, "Không rõ là khoảng hay phép trừ.")
    if len(amounts) == 2 and _grows(*amounts):
        return joined(match, context, "đến")
    return Reading(match[0], 0, "Không rõ là khoảng, tỷ số hay phép trừ.")


def _one(match: re.Match[str], context: Context) -> Reading:
    if _STEPS_BEFORE.search(context.before(match.start(), 12)) and re.fullmatch(
        r"\d+(?:\.\d{1,2})+", match[0]
    ):
        return Reading(" chấm ".join(number(part).spoken for part in match[0].split(".")))
    return joined(match, context)


def _grows(first: re.Match[str], last: re.Match[str]) -> bool:
    """Only what grows is a range, where the two can be compared: "5-3" may be a score or a subtraction."""
    same = first["unit"] and re.match(
        rf"{SPACE}?{re.escape(first['unit'])}(?!\w)", last.string[last.end() : last.end() + 20]
    )
    for part in ("magnitude", "unit"):
        if (first[part] or last[part]) != last[part] and not (part == "unit" and same):
            return True
    return value(first["number"]) < value(last["number"])


RULES = (
    NEGATIVE,
    Rule(
        "range",
        re.compile(
            rf"(?<=[\da-zA-Z])(?: [-–—] |[-–](?! )|{SPACE}?{ARROW}{SPACE}?)(?=(?P<head>[^\W\d_]+) \d)"
        ),
        _between,
    ),
    Rule(
        "added-time",
        re.compile(rf"(?<=[Pp]hút )\d{{1,3}}['’′]?{SPACE}?\+{SPACE}?\d{{1,2}}{NOT_BEFORE}"),
        _added,
    ),
    Rule("score", re.compile(rf"{NOT_AFTER}\d{{1,2}}{SPACE}?[-–]{SPACE}?\d{{1,2}}{NOT_BEFORE}"), _score),
    Rule(
        "number",
        re.compile(rf"{SIGN}{NOT_AFTER}{AMOUNT}(?:(?:{DASH}|{_TIMES}){AMOUNT})*{NOT_BEFORE}"),
        _chain,
    ),
)
