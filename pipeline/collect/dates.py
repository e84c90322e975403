"""Reads the dates that Vietnamese feeds really print, and says so where one cannot be read for certain.

The reader takes a date, a time, a zone and a weekday out of the text; a text of which anything else is
left over is not understood. Where the day and the month could be swapped, every reading is weighed and
only a single one that agrees with all that is known is taken.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

EARLIEST, LATEST = 1990, 2100
"""Years outside are placeholders such as 0001-01-01 or 1970-01-01, not dates of articles."""

Orders = tuple[str, ...]
"""`Source.dates`: "dd/mm/yyyy" or "mm/dd/yyyy"."""

ENGLISH_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
ENGLISH_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SPOKEN_DAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
SPOKEN_MONTHS = {
    name: number
    for number, names in enumerate(
        ("mot gieng", "hai", "ba", "tu bon", "nam", "sau", "bay", "tam", "chin", "muoi"), start=1
    )
    for name in names.split()
} | {"muoi mot": 11, "muoi hai": 12, "chap": 12}
NORTH_AMERICA = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
"""RFC 822 §5.1, hours from UT."""

INDOCHINA = (
    "ict", "gio viet nam", "gio ha noi", "gio dong duong", "indochina time",
    "se asia standard time", "asia/ho_chi_minh", "asia/saigon", "asia/bangkok",
)  # fmt: skip
"""How Java, .NET and JavaScript name Viet Nam's zone."""

MONTH = rf"(?P<month>{'|'.join(ENGLISH_MONTHS)})[a-z]*\.?"
YEAR = r"(?P<year>\d{4}|\d{2})(?!\d)"
NUMBER_MONTH = r"(?P<month>\d{1,2}|" + "|".join(sorted(SPOKEN_MONTHS, key=len, reverse=True)) + r")"

WRITTEN_DATES = [
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?:thang|thg|th)\.?\s*{NUMBER_MONTH}\s*,?\s*(?:nam\s+)?(?P<year>\d{{4}})(?!\d)",
        rf"\bthang\s+{NUMBER_MONTH}\s+(?P<day>\d{{1,2}})\s*,\s*(?P<year>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{MONTH},?[\s-]+{YEAR}",
        rf"\b{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>\d{{4}})(?!\d)",
    )
]
BASIC_ISO = re.compile(r"^(\d{4})(\d\d)(\d\d)t?(\d\d)(\d\d)(\d\d)?(?!\d)")
ASCTIME = re.compile(rf"\b({'|'.join(ENGLISH_MONTHS)}) (\d{{1,2}}) (\d\d:\d\d(?::\d\d)?)( .*?)? (\d{{4}})$")
NUMERIC_DATE = re.compile(r"(?<![\d:])(\d{4}|\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2}|\d)(?!\d)")
WEEKDAY = re.compile(
    r"\bchu nhat\b|\bcn\b"
    r"|\bthu\s*(?P<spoken>hai|ba|tu|nam|sau|bay)\b"
    rf"|\b(?:thu?\s*|t)(?P<digit>[2-7])(?!\d|\s+(?:{'|'.join(ENGLISH_MONTHS)}))\b"
    rf"|\b(?P<english>{'|'.join(ENGLISH_DAYS)})(?:s|nes|rs|ur|urs)?(?:day)?\b\.?"
)
HALF = r"(?P<half>am|pm|a\.m\.|p\.m\.|sa|ch|sang|trua|chieu|toi|dem)(?![a-z])\.?"
CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})"
    r"(?:\s?(?P<spoken>h|g|gio)(?![a-z])\s?(?:(?P<m1>\d{1,2})\s?(?:phut|p|')?(?:\s?(?P<s1>\d{1,2})\s?giay)?)?"
    r"|[:.](?P<m2>\d{2})(?:[:.](?P<s2>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)(?!\d)"
    rf"(?:\s*{HALF})?"
)
HALF_BEFORE = re.compile(rf"\b{HALF}")
ZONE = re.compile(
    r"^\s*\(?\s*(?:"
    rf"(?P<name>utc|gmt|ut|z|{'|'.join(INDOCHINA)}|{'|'.join(NORTH_AMERICA)})?(?![a-z])\s*"
    r"(?:(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)?(?!\d)"
    r")\s*\)?(?:\s*[(\[][a-z+0-9:/_ ]*[)\]])?"
)
FILLER = re.compile(r"\b(?:ngay|dang|cap nhat|luc|vao|hoi|mung|mong|at|on)\b|[,;:|()-]|\bt\b")
VIETNAMESE = re.compile(
    r"\b(?:(?:t|th|thu) ?[2-7](?![\d/.-])|thu (?:hai|ba|tu|nam|sau|bay)|chu nhat|cn|ngay|thang|gio"
    r"|sa|ch|sang|trua|chieu|toi|dem)\b|\dh"
)


class UnreadableDate(ValueError):
    """`str()` says in plain Vietnamese why the text cannot be read for certain as a moment."""


@dataclass
class _Text:
    """What of the raw text has not been understood yet."""

    rest: str

    def take(self, pattern: re.Pattern[str], *, replacement: str = " ") -> re.Match[str] | None:
        if match := pattern.search(self.rest):
            self.rest = self.rest[: match.start()] + replacement + self.rest[match.end() :]
        return match


def read_date(
    raw: str, *, zone: ZoneInfo, order: Orders = (), gmt_is_local: ZoneInfo | None = None
) -> datetime:
    """The moment that `raw` states, in UTC.

    A text without a zone means local time in `zone`, one without a time means 00:00 there. `order` is
    the order of day and month that the source is known to use. Where `gmt_is_local` is given, what the
    source labels GMT, UTC, Z or +0000 is local time in that zone. Understands RFC 822 / RFC 2822 §4.3
    (two-digit years, obsolete zones), ISO 8601 and RFC 3339, and what Vietnamese sites print.
    Raises `UnreadableDate`; never guesses.
    """
    candidates, weekday, clock, offset = _understood(raw, zone, order, gmt_is_local)
    return _moment(_settle(candidates, weekday), clock, offset)


def readings(raw: str, *, zone: ZoneInfo, gmt_is_local: ZoneInfo | None = None) -> tuple[datetime, ...]:
    """Every moment that `raw` may state, in UTC, for a person to choose from; none where there is no date."""
    try:
        candidates, weekday, clock, offset = _understood(raw, zone, (), gmt_is_local)
        return tuple(
            _moment(day, clock, offset)
            for day in sorted(candidates)
            if weekday is None or day.weekday() == weekday
        )
    except UnreadableDate:
        return ()


def _understood(
    raw: str, zone: ZoneInfo, order: Orders, gmt_is_local: ZoneInfo | None
) -> tuple[set[date], int | None, time, tzinfo]:
    if len(raw) > 200:
        raise UnreadableDate("ngày giờ dài bất thường")
    text = _Text(_fold(raw))
    if not text.rest:
        raise UnreadableDate("ngày giờ để trống")
    vietnamese = VIETNAMESE.search(text.rest) is not None
    text.rest = BASIC_ISO.sub(lambda m: f"{m[1]}-{m[2]}-{m[3]}t{m[4]}:{m[5]}:{m[6] or '00'}", text.rest)
    text.rest = ASCTIME.sub(r"\2 \1 \5 \3\4", text.rest)
    candidates = _dates(text, order, vietnamese=vietnamese)
    weekday = _weekday(text)
    clock, offset = _clock(text, zone, gmt_is_local)
    if leftover := FILLER.sub(" ", text.rest).strip(" ."):
        raise UnreadableDate(f"không hiểu phần “{leftover}” trong ngày giờ")
    return candidates, weekday, clock, offset


def _moment(day: date, clock: time, offset: tzinfo) -> datetime:
    if not EARLIEST <= day.year <= LATEST:
        raise UnreadableDate(f"năm {day.year} không thể là năm của bài")
    return datetime.combine(day, clock, tzinfo=offset).astimezone(UTC)


def _fold(raw: str) -> str:
    """Lower case, without diacritics, single blanks: the form that all patterns are written for."""
    plain = unicodedata.normalize("NFD", raw.casefold().replace("đ", "d").replace("−", "-").replace("–", "-"))
    kept = (c for c in plain if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join("".join(kept).replace("’", "'").split())


def _dates(text: _Text, order: Orders, *, vietnamese: bool) -> set[date]:
    """Every date that the text may mean."""
    for pattern in WRITTEN_DATES:
        if match := text.take(pattern):
            return _real({(_year(match["year"]), _month(match["month"]), int(match["day"]))})
    match = text.take(NUMERIC_DATE)
    if not match:
        raise UnreadableDate("không tìm thấy ngày, tháng, năm")
    first, mark, second, third = match.groups()
    if len(first) == 4:
        if len(third) == 4:
            raise UnreadableDate("không tìm thấy ngày, tháng, năm")
        return _real({(int(first), int(second), int(third))})
    if len(third) == 1:
        raise UnreadableDate("năm chỉ có một chữ số")
    year = _year(third)
    day_first, month_first = (year, int(second), int(first)), (year, int(first), int(second))
    allowed = set(order) or ({"dd/mm/yyyy"} if vietnamese or mark == "." else {"dd/mm/yyyy", "mm/dd/yyyy"})
    readings = {
        reading
        for name, reading in (("dd/mm/yyyy", day_first), ("mm/dd/yyyy", month_first))
        if name in allowed
    }
    if len(third) == 2 and not order and not vietnamese:
        readings.add((_year(first), int(second), int(third)))
    return _real(readings)


def _real(readings: set[tuple[int, int, int]]) -> set[date]:
    real = set()
    for reading in readings:
        try:
            real.add(date(*reading))
        except ValueError:
            continue
    if not real:
        raise UnreadableDate("ngày không có trong lịch")
    return real


def _year(digits: str) -> int:
    """RFC 2822 §4.3: 00 to 49 are of this century, 50 to 99 of the last."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 50 else 1900)


def _month(name: str) -> int:
    if name.isdigit():
        return int(name)
    return SPOKEN_MONTHS.get(name) or ENGLISH_MONTHS.index(name) + 1


def _weekday(text: _Text) -> int | None:
    match = text.take(WEEKDAY)
    if not match:
        return None
    if match["spoken"]:
        return SPOKEN_DAYS[match["spoken"]]
    if match["digit"]:
        return int(match["digit"]) - 2
    return ENGLISH_DAYS.index(match["english"]) if match["english"] else 6


def _settle(candidates: set[date], weekday: int | None) -> date:
    if weekday is not None:
        fitting = {day for day in candidates if day.weekday() == weekday}
        if not fitting:
            raise UnreadableDate("thứ trong tuần không khớp với ngày")
        candidates = fitting
    if len(candidates) > 1:
        readings = " hoặc ".join(f"{day:%d/%m/%Y}" for day in sorted(candidates))
        raise UnreadableDate(f"ngày mơ hồ: có thể là {readings}; cần khai thứ tự ngày, tháng của nguồn")
    return candidates.pop()


def _clock(text: _Text, zone: ZoneInfo, gmt_is_local: ZoneInfo | None) -> tuple[time, tzinfo]:
    match = CLOCK.search(text.rest)
    if not match:
        return time(), zone
    before, after = text.rest[: match.start()], text.rest[match.end() :]
    label = ZONE.match(after)
    offset: tzinfo = zone
    if label and (label["name"] or label["sign"]):
        after = after[label.end() :]
        offset = _offset(label, gmt_is_local)
    text.rest = f"{before} {after}"
    half = match["half"]
    if not half and (said := text.take(HALF_BEFORE)):
        half = said["half"]
    second = match["s1"] or match["s2"] or 0
    micro = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        hour = _hour(int(match["hour"]), half)
        return time(hour, int(match["m1"] or match["m2"] or 0), int(second), micro), offset
    except ValueError as e:
        raise UnreadableDate("giờ không có trên đồng hồ") from e


def _hour(hour: int, half: str | None) -> int:
    """The hour of the day, 0 to 23; raises `ValueError` where the half of the day contradicts it."""
    if half is None:
        return hour
    half = half.replace(".", "")
    if half in ("am", "sa", "sang"):
        if hour > 12:
            raise ValueError
        return hour % 12
    if half == "trua":
        if not (hour in (1, 2) or 10 <= hour <= 14):
            raise ValueError
        return hour + 12 if hour < 10 else hour
    if half == "dem" and (hour == 12 or hour < 6):
        raise ValueError  # "12 giờ đêm" may belong to this day or to the next
    if hour == 0:
        raise ValueError
    return hour if hour >= 12 else hour + 12


def _offset(label: re.Match[str], gmt_is_local: ZoneInfo | None) -> tzinfo:
    name = label["name"] or "utc"
    if name in NORTH_AMERICA:
        return timezone(timedelta(hours=NORTH_AMERICA[name]))
    if name in INDOCHINA:
        return ZoneInfo("Asia/Ho_Chi_Minh")
    shift = timedelta(hours=int(label["hours"] or 0), minutes=int(label["minutes"] or 0))
    if shift > timedelta(hours=14) or int(label["minutes"] or 0) > 59:
        raise UnreadableDate("múi giờ không có thật")
    if not shift:
        return gmt_is_local or UTC
    return timezone(-shift if label["sign"] == "-" else shift)
