"""Times of day: "7h30", "7g30", "07:30", "7h-11h30", "13h30 - 17h00", "7:30:15", "2 PM", "24/7"."""

from __future__ import annotations

import re

from channels.radio.spoken.calendar_words import RATIO_BEFORE, sure_day
from channels.radio.spoken.numerals import DASH, NOT_AFTER, NOT_BEFORE, SPACE, cardinal
from channels.radio.spoken.rule import Context, Reading, Rule

_MINUTE_SIGN = rf"(?:{SPACE}?(?:phút|ph|p)(?!\w)|['’′])"
_ENDS = r"(?=\s*(?:$|[^\w\s/]|(?:ngày|sáng|trưa|chiều|tối|đêm|các|hằng|hàng|tại)(?!\w)))"
_TIME = (
    rf"(?:\d{{1,2}}:[0-5]\d(?::[0-5]\d)?|\d{{1,2}}(?:[hHg]|{SPACE}?giờ{SPACE})[0-5]?\d(?:['’′]|ph?)[0-5]?\d(?:[\"”″]|''|s(?!\w))"
    rf"|\d{{1,2}}{SPACE}?[hHg](?:[0-5]\d(?!\d){_MINUTE_SIGN}?|{SPACE}[0-5]\d{_ENDS}|{SPACE}?\d{{1,2}}{_MINUTE_SIGN})?"
    rf"|\d{{1,2}} giờ(?: [0-5]?\d(?!\d){_MINUTE_SIGN}?)?)"
)
_HALF = rf"(?:{SPACE}?(?P<half>AM|PM|am|pm|[ap]\.m\.?|SA|CH)(?!\w))?"
_PARTS = re.compile(
    rf"(?P<hour>\d{{1,2}})(?:{SPACE}?(?P<sign>:|giờ|[hHg])(?:{SPACE}?(?P<minute>\d{{1,2}}))?(?::(?P<second>\d\d)|(?:['’′]|ph?)(?P<part>\d{{1,2}})(?:[\"”″]|''|s))?"
    rf"(?P<mark>{_MINUTE_SIGN})?)?"
)
_AT = re.compile(
    r"(?<!\w)(?:lúc|từ|đến|tới|vào|hồi|trước|sau|sáng|trưa|chiều|tối|đêm|khoảng|hết|và|mở cửa|đóng cửa"
    r"|bắt đầu)(?: khoảng)? $",
    re.IGNORECASE,
)
_TIME_AFTER = re.compile(rf"{DASH}\d{{1,2}}g|,? (?:sáng|trưa|chiều|tối|đêm|ngày|hôm|các|hằng|hàng)(?!\w)")
_ROUND_THE_CLOCK = re.compile(
    r"(?:(?:hoạt động|phục vụ|trực|hỗ trợ|liên tục|tiếp nhận|mở cửa|phản ánh|kiến nghị|truy cập|24/24h?)"
    r"(?!\w)[^.;\n]{0,40}|(?:miễn phí|tư vấn|cấp cứu|giải đáp|vận hành) )"
    r"(?<!từ )(?<!đến )(?<!tới )(?<!trước )(?<!sau )(?<!vào )(?<!hết )(?<!dịp )$",
    re.IGNORECASE,
)
_ON_TO = re.compile(rf"(?:{DASH}|,? (?:đến|tới) )(?:hết )?(?:ngày )?\d")
_MINUTES = (
    r"(?:(?P<degrees>\d{1,3})° ?)?(?P<minutes>\d{1,3})"
    r"(?:(?:p|ph)(?:(?P<seconds>\d{1,2})s)?|(?P<sign>['’′])(?:(?P<second>\d{1,2})[\"”″])?)"
)


def _said(part: re.Match[str], last: bool, half: str | None) -> str | None:
    """One time in words; the hour alone where no minutes are written or they are none."""
    hour, minute = int(part["hour"]), int(part["minute"] or 0)
    if hour > 24 and (part["sign"] == ":" or part["minute"]):
        return None
    words = f"{cardinal(hour)} giờ" if part["sign"] or last else cardinal(hour)
    if minute:
        unsaid = part["sign"] == "giờ" and not (part["mark"] or part["part"])
        words += f" {cardinal(minute)}" + ("" if unsaid else " phút")
    if second := int(part["second"] or part["part"] or 0):
        words += f" {cardinal(second)} giây"
    if not half:
        return words
    if half[0] in "aAS":
        return f"{words} sáng"
    return words + (" trưa" if hour == 12 else " chiều" if hour < 6 else " tối")


def _times(match: re.Match[str], context: Context) -> Reading | None:
    """One time or two; "7g" is a time only where a time is spoken of, and "1:25" is none after "tỷ lệ"."""
    before, after = context.before(match.start()), context.after(match.end())
    parts = list(_PARTS.finditer(match[0]))
    if RATIO_BEFORE.search(before) or (parts[-1]["sign"] in {"h", "giờ"} and re.match(rf"{SPACE}?/", after)):
        return None
    if any(part["sign"] == "g" and not part["minute"] for part in parts) and not (
        _AT.search(before) or _TIME_AFTER.match(after) or len(parts) > 1
    ):
        return None
    if len(parts) == 1 and parts[0]["sign"] == "giờ" and not parts[0]["minute"]:
        return None
    half = match["half"]
    said = [_said(part, part is parts[-1], half if part is parts[-1] else None) for part in parts]
    if None in said:
        return Reading(match[0], 0, "Không có giờ này trong ngày.")
    return Reading(" đến ".join(filter(None, said)))


def _twelve(match: re.Match[str], _context: Context) -> str | None:
    part = _PARTS.match(match[0])
    return _said(part, True, match["half"]) if part else None


def _always(match: re.Match[str], context: Context) -> Reading | None:
    """ "24/24" and "7/7" are no days of a month; "24/7" may be one."""
    before = context.before(match.start())
    day, of = re.findall(r"\d+", match[0])
    if sure_day(before) or (day != of and _ON_TO.match(context.text, match.end())):
        return None
    if day == of == "24" or _ROUND_THE_CLOCK.search(before):
        return Reading(f"{cardinal(int(day))} trên {cardinal(int(of))}" + (" giờ" if match["h"] else ""))
    return None if day == of else Reading(match[0], 0, "Không rõ là suốt ngày đêm hay ngày 24 tháng 7.")


def _minutes(match: re.Match[str], context: Context) -> Reading | None:
    """ "15'", "4p30s", "21°19'"; a quotation that ends with a number has no minutes in it."""
    sign, degrees = match["sign"], match["degrees"]
    second = match["seconds"] or match["second"]
    if (
        sign
        and not (second or degrees)
        and len(re.findall(rf"(?<!\d){sign}", context.text[: match.start()])) % 2
    ):
        return None
    words = f"{cardinal(int(degrees))} độ " if degrees else ""
    words += f"{cardinal(int(match['minutes']))} phút"
    if int(second or 0):
        words += f" {cardinal(int(second))} giây"
    return Reading(words, 0.8 if sign else 1)


RULES = (
    Rule(
        "time",
        re.compile(rf"{NOT_AFTER}\d{{1,2}}\.[0-5]\d(?= ?phút(?!\w))"),
        lambda match, _: Reading(match[0], 0, "Không rõ là giờ và phút hay số phút lẻ."),
    ),
    Rule("time", re.compile(rf"{NOT_AFTER}(?:24[hH]?/24(?P<h>[hH])?|24/7|7/7){NOT_BEFORE}"), _always),
    Rule(
        "time",
        re.compile(
            rf"{NOT_AFTER}(?:(?:{_TIME}|\d{{1,2}}){DASH})?{_TIME}{_HALF}(?!{DASH}\d{{1,2}}:){NOT_BEFORE}"
        ),
        _times,
    ),
    Rule("time", re.compile(rf"{NOT_AFTER}\d{{1,2}}{SPACE}?(?P<half>AM|PM|am|pm)(?!\w)"), _twelve),
    Rule("minutes", re.compile(rf"{NOT_AFTER}{_MINUTES}(?!\d|[a-zà-ỹ])"), _minutes),
)
