"""Days, months and quarters: "sáng 26/4", "20-25/11/2026", "từ ngày 01/7 đến 15/8", "quý III/2025".

"3/4" with nothing around it that tells is left to `fractions`, which flags it; 31/02 is flagged here.
"""

from __future__ import annotations

import re

from channels.radio.spoken.calendar_words import (
    COUNTED_AFTER,
    HOLIDAYS,
    PART_AFTER,
    RATIO_BEFORE,
    SPAN_AFTER,
    WHOLE_AFTER,
    day_words,
    exists,
    kept_day,
    likely_day,
    month_words,
    near_day,
    sure_day,
    wants_ngay,
)
from channels.radio.spoken.letters import CAPITAL
from channels.radio.spoken.numerals import DASH, NOT_AFTER, NOT_BEFORE, SPACE, cardinal, roman
from channels.radio.spoken.rule import Context, Reading, Rule

_NO_SUCH_DAY = "Không có ngày này trong lịch."
_TO = rf"(?:{DASH}|,? (?:đến|tới) (?:hết )?(?:ngày )?)"
_AND = r"(?:,? (?:và|hoặc|hay) (?:ngày )?|, ?(?:ngày )?)"
_DAY = r"\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d\d))?"
_PARTS = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?")
_AFTER_MUNG = re.compile(r"(?<!\w)(?:mùng|mồng) $", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;!?](?=\s|$)|\n")
_NAMED = re.compile(r"(?<!\w)(?:ngày|mùng|mồng|rằm|lễ|tết|quốc khánh) $", re.IGNORECASE)
_OF_MONTH = re.compile(
    rf"(?:(?:{_TO}|{_AND})\d{{1,2}})*(?: tháng (?:\d|một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|giêng|chạp)"
    r"|/\d{1,2}(?!\d)| (?:hằng|hàng) tháng| âm lịch| tết(?!\w))",
    re.IGNORECASE,
)
_FEAST = re.compile(
    r"(?<!\w)(?:lễ|dịp|quốc khánh|kỷ niệm|kỉ niệm|nhà giáo việt nam"
    r"|(?:quốc tế |việt nam )?phụ nữ(?: việt nam)?"
    r"|(?:quốc tế )?lao động|(?:quốc tế )?thiếu nhi|liệt sĩ|giải phóng(?: miền nam)?|chiến thắng"
    r"|thầy thuốc việt nam|thành lập đảng|thành lập đoàn|cách mạng tháng tám|quân đội nhân dân(?: việt nam)?)"
    r",? [(]?(?:\d{1,2}-\d{1,2}(?:, ?| và ))?$",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"(?<!\w)(?:đầu|cuối|giữa|trong|hết|lương|cước|kế hoạch|báo cáo) $", re.IGNORECASE)
_MONTH_BEFORE = re.compile(rf"tháng \d{{1,2}}/\d{{4}}(?:{DASH}| đến )$", re.IGNORECASE)
_BUILDING = re.compile(r"(?:nhà|tòa|toà|ga|lô|khu|đường|phòng) $", re.IGNORECASE)
_ON_DAY = re.compile(
    r"(?:^|\n|[,;(] ?|(?:từ|đến|vào|trước|sau|hết|và|qua|tính|sáng|chiều|tối) )ngày $", re.IGNORECASE
)
_ONE_DAY = re.compile(
    r"(?:^|\n|[.!?] )(?:ngày|(?P<part>sáng|trưa|chiều|tối)(?: ngày)?) $"
    r"|(?<!\w)(?:lúc|hồi|khoảng|vào|trước|đến)(?: lúc| khoảng)? "
    r"(?P<hour>\d{1,2}(?:h|g|:)\d{0,2}|\d{1,2} giờ(?: \d{1,2}(?: phút)?)?)"
    r",?(?: (?:sáng|trưa|chiều|tối|đêm))?(?: ngày|(?<=sáng)|(?<=trưa)|(?<=chiều)|(?<=tối)) $",
    re.IGNORECASE,
)
"""One day and no more: a sentence begins with it, or something happened at an hour of it."""
_OCCURS = re.compile(
    rf",? (?:[{CAPITAL}]|(?:đồng chí|tại|trên|lãnh đạo|đoàn|ông|bà|xã|phường"
    r"|tỉnh|thành phố|thôn|khu|trường|hội|ban|công an|ủy ban|hội đồng|các|nhân dân|lực lượng)(?!\w))"
)
_SEVERAL = re.compile(
    r"(?<!\w)(?:mưa|nắng|rét|nhiệt độ|thời tiết|dông|giông|không khí lạnh|gió|trời|giọt|viên|lần|liều|uống"
    r"|(?:sáng|trưa|chiều|tối) \d+-\d)(?!\w)",
    re.IGNORECASE,
)
"""What is told of several days, or of so many drops: a forecast, a prescription."""
_MEASURED = re.compile(r" ?(?:%|[^\W\d_]+/|(?:độ|tuổi|triệu|tỷ|nghìn|đồng|ngày|lần|mm|cm|mét)(?!\w))")
_REFERRED = re.compile(r"(?<!\w)(?:xem|đọc|tra|tham khảo|mã|hình|trang|bài|bảng|dòng) $", re.IGNORECASE)
_HEAD = re.compile(r"[^.;\n]*: $")
_OF_TIME = re.compile(
    r"(?<!\w)(?:ngày|hạn|thời gian|thời điểm|lịch|họp|khai mạc|bế mạc|bắt đầu|kết thúc|hoàn thành|lễ|nghỉ"
    r"|sinh|hiệu lực|phát hành|cập nhật|đợt|vòng|kỳ|đêm|tối|sáng|chiều)(?!\w)",
    re.IGNORECASE,
)
_QUARTER_AFTER = re.compile(r"(?:(?:,| và| -)? ?Q\.?[1-4])*,? (?:năm|20\d\d)(?!\w)")
_PAPER = re.compile(
    r"(?<!\w)(?:số|nghị định|nghị quyết|thông tư|quyết định|luật|chỉ thị|kế hoạch|công văn|điều|khoản|mẫu"
    r"|số nhà|ngõ|hẻm|ngách|kiệt) $",
    re.IGNORECASE,
)


def _year(year: str) -> str:
    return f" năm {cardinal(int(year))}"


def _said(day: str, month: str, year: str | None, after_mung: bool) -> str:
    words = f"{day_words(int(day), after_mung)} {month_words(int(month))}"
    if year and len(year) == 2:
        return f"{words}{_year('20' + year)}"
    return words + (_year(year) if year else "")


def _takes_ngay(before: str, year: str | None) -> bool:
    """Whether "ngày" is said though it is not written: before a whole date it nearly always is."""
    return wants_ngay(before) or bool(year and not _NAMED.search(before))


def _separator(written: str, ngay: bool) -> str:
    """A dash is "đến"; a second full day takes "ngày" after "đến" where the first one has it."""
    said = re.sub(rf"^{DASH}$", " đến ", written)
    return f"{said}ngày " if ngay and re.search(r"(?:đến|tới|hết) $", said) else said


def _days(match: re.Match[str], context: Context) -> Reading | None:
    """Full days one after the other: what makes one of them sure makes all of them sure."""
    before, after = context.before(match.start()), context.after(match.end())
    days = list(_PARTS.finditer(match[0]))
    part = PART_AFTER.match(after) or COUNTED_AFTER.match(after)
    sure = sure_day(before) and not (near_day(before) and part)
    years = [day[3] for day in days]
    if not sure and (RATIO_BEFORE.search(before) or (_PAPER.search(before) and not kept_day(before))):
        return None
    if not sure and not any(years):
        greater = any(int(day[1]) > int(day[2]) and exists(int(day[1]), int(day[2])) for day in days)
        likely = likely_day(before)
        whole = (part or WHOLE_AFTER.match(after)) and not (greater and likely)
        span = not greater and SPAN_AFTER.match(after)
        if whole or span or not (greater or likely) or _untold(before, after):
            return None
    if not all(
        exists(int(d), int(m), int(y) if y and len(y) == 4 else None)
        for d, m, y in (x.groups() for x in days)
    ):
        return Reading(match[0], 0, _NO_SUCH_DAY) if sure or any(years) or len(days) > 1 else None
    if any(year and len(year) == 2 and not 20 <= int(year) <= 40 for year in years):
        return Reading(match[0], 0, "Năm viết hai chữ số: không rõ thế kỷ.")
    ngay = _takes_ngay(before, years[0])
    spoken, place = "ngày " if ngay else "", 0
    ngay = ngay or before.lower().endswith("ngày ")
    for day in days:
        spoken += _separator(match[0][place : day.start()], ngay)
        spoken += _said(day[1], day[2], day[3], bool(_AFTER_MUNG.search(before)) and not place)
        place = day.end()
    if any(year and len(year) == 2 for year in years):
        return Reading(spoken, 0.7, "Năm viết hai chữ số, được hiểu là năm hai nghìn không trăm mấy mươi.")
    return Reading(spoken)


def _untold(before: str, after: str) -> bool:
    """Whether nothing speaks of time beside what may be a day: "xem 12/5", "Kết quả: 12/5."."""
    head = _HEAD.search(before)
    alone = head and not _OF_TIME.search(head[0]) and not re.match(r" \w", after)
    bare = not before.strip() and not after.strip(" .")
    return bool(alone or bare or _REFERRED.search(before))


def _several_days(match: re.Match[str], context: Context) -> Reading | None:
    """ "20-25/11": days of one month; where words join them, something before must say that they are days."""
    before = context.before(match.start())
    *days, (last, month, year) = _split(match[0])
    sure = sure_day(before)
    numbers = [int(day) for day, _, _ in days] + [int(last)]
    if not (sure or likely_day(before)):
        after = context.after(match.end())
        if (
            not re.match(rf"\d{{1,2}}{DASH}\d", match[0])
            or PART_AFTER.match(after)
            or COUNTED_AFTER.match(after)
        ):
            return None
    real = all(exists(day, int(month), int(year) if year and len(year) == 4 else None) for day in numbers)
    if not real or numbers != sorted(set(numbers)) or (year and len(year) == 2):
        return Reading(match[0], 0, _NO_SUCH_DAY if not real else "Không rõ những ngày nào.")
    if not (sure or likely_day(before)) and numbers[-1] <= int(month):
        return Reading(match[0], 0, "Không rõ là ngày tháng hay phân số.")
    spoken = re.sub(rf"(?<=\d){DASH}(?=\d)", " đến ", match[0][: match[0].index("/")])
    first_bare = bool(_AFTER_MUNG.search(before))
    spoken = re.sub(r"\d+", lambda day: day_words(int(day[0]), first_bare and not day.start()), spoken)
    ngay = "ngày " if wants_ngay(before) else ""
    return Reading(f"{ngay}{spoken} {month_words(int(month))}{_year(year) if year else ''}")


def _split(written: str) -> list[tuple[str, str, str]]:
    """(day, month, year) of each day in a list such as "20, 21 và 25/11/2026"; empty where not written."""
    return re.findall(r"(\d{1,2})(?:/(\d{1,2}))?(?:/(\d{2,4}))?", written)


def _punctuated(match: re.Match[str], context: Context) -> Reading:
    """ "22-11-2026", "22.11.2026", and the other way round as in ISO 8601: one sign twice, and a year."""
    day, month, year = match["day"], match["month"], match["year"]
    if match["iso"]:
        year, month, day = match["iso"].split("-")
    if not exists(int(day), int(month), int(year)):
        return Reading(match[0], 0, _NO_SUCH_DAY)
    before = context.before(match.start())
    return Reading(
        ("ngày " if _takes_ngay(before, year) else "")
        + _said(day, month, year, bool(_AFTER_MUNG.search(before)))
    )


def _point(match: re.Match[str], context: Context) -> str | None:
    """ "Chiều 22.11", where nothing but a day can follow."""
    before, (day, month) = context.before(match.start()), (int(match[1]), int(match[2]))
    said = wants_ngay(before) if not before.lower().endswith("ngày ") else _ON_DAY.search(before)
    if not (sure_day(before) and said and exists(day, month)):
        return None
    ngay = "ngày " if wants_ngay(before) else ""
    return f"{ngay}{day_words(day, bool(_AFTER_MUNG.search(before)))} {month_words(month)}"


def _months(match: re.Match[str], _context: Context) -> str:
    """ "6T đầu năm", "9T/2026"."""
    return f"{cardinal(int(match[1]))} tháng"


def _short_months(match: re.Match[str], context: Context) -> Reading | None:
    """ "T1-T3", "T8 - T12"; "T2-T6" may be days of the week, and is left to them."""
    first, last = int(match[1]), int(match[2])
    if (first > 1 and last < 8) or first >= last or _BUILDING.search(context.before(match.start(), 12)):
        return None
    return Reading(f"{month_words(first)} đến {month_words(last)}", 0.8)


def _of_year(match: re.Match[str], _context: Context) -> str:
    return f"{_year(match['year'])} "


def _dash(match: re.Match[str], context: Context) -> Reading | None:
    """ "ngày 30-4": a day of April; "ngày 20-25": two days; "ngày 3-5" may be either and is left."""
    before, (first, last) = context.before(match.start()), (int(match[1]), int(match[2]))
    if not (sure_day(before) or _FEAST.search(before)):
        return None
    ngay = "ngày " if wants_ngay(before) else ""
    if (
        (first, last) in HOLIDAYS
        and _FEAST.search(before)
        and not _OF_MONTH.match(context.after(match.end()))
    ):
        return Reading(f"{ngay}{day_words(first)} {month_words(last)}", 0.9)
    if first < last <= 31 and (last > 12 or _OF_MONTH.match(context.after(match.end()))):
        return Reading(f"{ngay}{day_words(first, bool(_AFTER_MUNG.search(before)))} đến {day_words(last)}")
    if first > last and exists(first, last):
        return Reading(f"{ngay}{day_words(first, bool(_AFTER_MUNG.search(before)))} {month_words(last)}", 0.9)
    if exists(first, last) and _is_one_day(match, context):
        return Reading(f"{ngay}{day_words(first)} {month_words(last)}", 0.9)
    return Reading(match[0], 0, "Không rõ là ngày tháng hay khoảng ngày.")


def _dashed(match: re.Match[str], context: Context) -> str | None:
    """ "từ 30-4 đến 3-5": two days, for what shrinks is no range."""
    before, after = context.before(match.start()), context.after(match.end())
    days = [(int(match[1]), int(match[2])), (int(match[4]), int(match[5]))]
    shrinks = any(day > month for day, month in days)
    if not all(exists(*day) for day in days) or _MEASURED.match(after):
        return None
    if COUNTED_AFTER.match(after) or not (likely_day(before) or sure_day(before)) or not shrinks:
        return None
    first, last = (f"{day_words(day)} {month_words(month)}" for day, month in days)
    return f"{'ngày ' if wants_ngay(before) else ''}{first} {match[3]} ngày {last}"


def _is_one_day(match: re.Match[str], context: Context) -> bool:
    """ "Ngày 5-7, Hội đồng … khai mạc", "Khoảng 7h ngày 5-6, xe …"; a forecast tells of several days."""
    before, after = context.before(match.start()), context.after(match.end())
    sentence = _SENTENCE_END.split(after, maxsplit=1)[0]
    if not (begun := _ONE_DAY.search(before)) or _SEVERAL.search(sentence):
        return False
    return bool(_OCCURS.match(after) or ((begun["part"] or begun["hour"]) and after[:1] == ","))


def _day_of_month(match: re.Match[str], context: Context) -> str | None:
    before, day = context.before(match.start()), int(match[0])
    after = context.after(match.end())
    if not 1 <= day <= 31 or after.startswith("/") or not _OF_MONTH.match(after):
        return None
    if not (sure_day(before) or re.search(r"(?:từ|đến|tới|và|hết|,) $", before)):
        return None
    ngay = "ngày " if wants_ngay(before) and after.startswith(" tháng") else ""
    return ngay + day_words(day, bool(_AFTER_MUNG.search(before)))


def _month(match: re.Match[str], context: Context) -> Reading | None:
    months = [int(month) for month in re.findall(r"\d{1,2}", match["months"])]
    if not all(1 <= month <= 12 for month in months):
        return Reading(match[0], 0, "Không có tháng này trong lịch.")
    before = context.before(match.start())
    if re.search(r"(?:mỗi|một|hằng|hàng|mấy) tháng $", before, re.IGNORECASE) or (
        re.search(r"\d tháng $", before) and context.after(match.end()).startswith(" ngày")
    ):
        return None
    spoken = re.sub(DASH, " đến ", match["months"])
    spoken = re.sub(r"\d+", lambda month: month_words(int(month[0])).removeprefix("tháng "), spoken)
    return Reading(spoken + (_year(match["year"]) if match["year"] else ""))


def _month_of_year(match: re.Match[str], context: Context) -> Reading | None:
    """ "3/2025", "T3/2025", "hết T10": a month where something says so; "T7" may be a Saturday."""
    before, month = context.before(match.start()), int(match["month"] or match["alone"])
    if not 1 <= month <= 12 or _PAPER.search(before) or RATIO_BEFORE.search(before):
        return None
    within = _WITHIN.search(before)
    if match["alone"]:
        return Reading(month_words(month)) if within or likely_day(before) else None
    if not (match["t"] or within or likely_day(before) or _MONTH_BEFORE.search(before)):
        return None
    return Reading(month_words(month) + _year(match["year"]))


def _quarter(match: re.Match[str], _context: Context) -> Reading | None:
    quarters = [
        roman(one) if one.isalpha() else int(one) for one in re.findall(r"[IVX]+|\d", match["quarters"])
    ]
    if not all(quarter and 1 <= quarter <= 4 for quarter in quarters):
        return Reading(match[0], 0, "Không có quý này trong năm.")
    spoken = re.sub(DASH, " đến ", match["quarters"])
    names = iter(cardinal(quarter) for quarter in quarters if quarter)
    spoken = re.sub(r"[IVX]+|\d", lambda _: next(names), spoken)
    return Reading(spoken + (_year(match["year"]) if match["year"] else ""))


def _short_quarter(match: re.Match[str], context: Context) -> Reading | None:
    """ "Q1/2028", "hết Q4", "Q.1 và Q.2 năm 2026"; a bare "Q3" may be a district."""
    if not match["year"]:
        after = context.after(match.end())
        if not (_WITHIN.search(context.before(match.start())) or _QUARTER_AFTER.match(after)):
            return None if "." in match[0] else Reading(match[0], 0, "Không rõ là quý hay quận.")
    read = _quarter(match, context)
    return Reading(f"quý {read.spoken}") if read and not read.why else read


_MONTH_ENDS = r"(?!\d|[.,]\d|/\d{1,2}(?!\d)| ngày)"
_YEAR_AFTER = rf"(?:{SPACE}?[/-]{SPACE}?(?P<year>(?:19|20)\d\d))?"

RULES = (
    Rule(
        "date",
        re.compile(
            rf"{NOT_AFTER}(?:(?P<day>\d{{1,2}})(?P<sign>[-.])(?P<month>\d{{1,2}})(?P=sign)(?P<year>(?:19|20)\d\d)"
            rf"|(?P<iso>(?:19|20)\d\d-\d\d-\d\d)){NOT_BEFORE}(?!{DASH}\d)"
        ),
        _punctuated,
    ),
    Rule(
        "date",
        re.compile(
            rf"{NOT_AFTER}(?:\d{{1,2}}(?:{_TO}|{_AND}))+\d{{1,2}}/\d{{1,2}}(?:/\d{{4}})?{NOT_BEFORE}(?!-)"
        ),
        _several_days,
    ),
    Rule("date", re.compile(rf"{NOT_AFTER}{_DAY}(?:(?:{_TO}|{_AND}){_DAY})*{NOT_BEFORE}"), _days),
    Rule(
        "date",
        re.compile(
            rf"{NOT_AFTER}(\d\d?)-(\d\d?) (đến(?: hết)?|tới|và) (?:ngày )?(\d\d?)-(\d\d?){NOT_BEFORE}"
        ),
        _dashed,
    ),
    Rule("date", re.compile(rf"{NOT_AFTER}(\d{{1,2}}){SPACE}?[-–]{SPACE}?(\d{{1,2}}){NOT_BEFORE}"), _dash),
    Rule("date", re.compile(rf"{NOT_AFTER}(\d{{1,2}})\.(\d{{1,2}}){NOT_BEFORE}(?! ?%)"), _point),
    Rule("months", re.compile(r"(?<!\w)(\d{1,2})T(?= (?:đầu|cuối) năm|/20\d\d)"), _months),
    Rule(
        "months",
        re.compile(rf"(?<![\w./-])T(1[0-2]|[1-9]){SPACE}?[-–]{SPACE}?T(1[0-2]|[1-9])(?![\w/]|[-.,]\d)"),
        _short_months,
    ),
    Rule("year", re.compile(r"(?:(?<=tháng)|(?<=THÁNG)|(?<=\dT))/(?P<year>20\d\d)(?![\w/])"), _of_year),
    Rule("date", re.compile(rf"{NOT_AFTER}\d{{1,2}}(?!\d)"), _day_of_month),
    Rule(
        "month",
        re.compile(
            r"(?:(?<=[Tt]háng )|(?<=THÁNG ))"
            rf"(?P<months>\d{{1,2}}(?:(?:{DASH}|, ?| và )\d{{1,2}}{_MONTH_ENDS})*)"
            rf"{_YEAR_AFTER}{NOT_BEFORE}"
        ),
        _month,
    ),
    Rule(
        "month",
        re.compile(
            rf"{NOT_AFTER}(?:(?P<t>T\.?)?(?P<month>\d{{1,2}})/(?P<year>(?:19|20)\d\d)|T(?P<alone>1[0-2]|[189])){NOT_BEFORE}"
        ),
        _month_of_year,
    ),
    Rule(
        "quarter",
        re.compile(
            rf"(?<![\w.])Q\.?{SPACE}?(?P<quarters>[1-4]|I{{1,3}}|IV)(?:{SPACE}?[/-]{SPACE}?(?P<year>20\d\d))?{NOT_BEFORE}"
        ),
        _short_quarter,
    ),
    Rule(
        "quarter",
        re.compile(
            r"(?:(?<=[Qq]uý )|(?<=QUÝ ))"
            rf"(?P<quarters>(?:[1-4]|[IVX]+)(?:(?:{DASH}|, ?| và )(?:[1-4]|[IVX]+)(?!\w))*)"
            rf"{_YEAR_AFTER}{NOT_BEFORE}"
        ),
        _quarter,
    ),
)
