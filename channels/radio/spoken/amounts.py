"""Amounts: a number and what it is counted in, "2,5 tỷ đồng", "150.000đ/người/tháng", "≥ 18 tuổi", "-5°C"."""

from __future__ import annotations

import re

from channels.radio.spoken.money import (
    BEFORE,
    CURRENCIES,
    CURRENCY,
    MAGNITUDE,
    MAGNITUDES,
    SHORT_MAGNITUDES,
    about_money,
)
from channels.radio.spoken.numerals import DASH, NOT_AFTER, NOT_BEFORE, NUMBER, SPACE, cardinal, number, value
from channels.radio.spoken.rule import Context, Reading, Rule
from channels.radio.spoken.units import PER, UNIT, per, unit

AMOUNT = (
    rf"(?:{BEFORE}{SPACE}?)?{NUMBER}(?:{SPACE}?{MAGNITUDE})*(?:{SPACE}?(?:{CURRENCY}|{UNIT}))?"
    rf"(?:{PER})*"
)
PARTS = re.compile(
    rf"(?P<before>{BEFORE})?{SPACE}?(?P<number>{NUMBER})(?P<magnitude>(?:{SPACE}?{MAGNITUDE})*)"
    rf"(?:{SPACE}?(?P<unit>{CURRENCY}|{UNIT}))?(?P<per>(?:{PER})*)"
)
_MAGNITUDE = re.compile(MAGNITUDE)
_SIGNS = {
    "≥": "lớn hơn hoặc bằng",
    ">=": "lớn hơn hoặc bằng",
    "≤": "nhỏ hơn hoặc bằng",
    "<=": "nhỏ hơn hoặc bằng",
    ">": "lớn hơn",
    "<": "nhỏ hơn",
    "±": "cộng trừ",
    "+/-": "cộng trừ",
    "≈": "khoảng",
    "~": "khoảng",
    "+": "cộng",
}
_BOUNDS = {">": "trên", "<": "dưới"}
"""Of what is measured or counted: ">400 mm", "< 5 tuổi"."""
_WORD_BEFORE = re.compile(r"[^\W\d_][ (]*$")
_COUNTED_AFTER = re.compile(rf"{SPACE}(?:tuổi|tháng|ngày|năm|người|hộ|điểm|mét|lần)(?!\w)")
SIGN = rf"(?:(?P<sign>>=|<=|\+/-|[≥≤><±≈~]|(?<![^\s(])\+(?=\d)){SPACE}?)?"
_BELOW_ZERO = re.compile(
    r"(?:từ|xuống|đến|tới|là|còn|đạt|nhiệt độ|dưới|trên|khoảng|mức|số|bằng|tăng trưởng|tăng|âm)\s$",
    re.IGNORECASE,
)
_PUNCTUATION = " \t-–—•*+·()[]\"“”'.,;:!?"
_BARE = re.compile(r"[-−][\d.,]+(?: (?:nghìn|triệu|tỷ))?\s*")
_COUNTED = re.compile(r"\d(?: ?[^\W\d_]+)*[^\W\d_]$")
_RECKONED_BY = (
    "ngày|tuần|tháng|năm|giờ|phút|quý|vụ|người|hộ|khẩu|lượt|suất|em|cháu|học sinh|lớp|ha|km2|kg|sào|mẫu"
    "|công|gốc|cây|con|thôn|xã|phường|tổ|đơn vị|trường|m2|m3"
)
_ENTRY = re.compile(r"(?:^|[\n.;:])[ \t]*$")
_LONG = 9
"""As many digits without any dots are more often a number of some paper than an amount."""


def joined(match: re.Match[str], context: Context, word: str = "") -> Reading:
    """The amounts of a match with a word between them; in doubt if any of them is."""
    amounts = list(PARTS.finditer(context.text, *match.span()))
    measured = any(one["unit"] or one["magnitude"] or one["before"] for one in amounts)
    reads = [_amount(one, context, measured) for one in amounts]
    why = next((read.why for read in reads if read.why), "")
    if any(not read.confidence for read in reads):
        return Reading(match[0], 0, why)
    said = f" {word} ".join(read.spoken for read in reads)
    sign = match.groupdict().get("sign")
    if (
        sign in _BOUNDS
        and _WORD_BEFORE.search(context.before(match.start()))
        and (measured or _COUNTED_AFTER.match(context.text, match.end()))
    ):
        said = f"{_BOUNDS[sign]} {said}"
        sign = None
    return Reading(f"{_SIGNS[sign]} {said}" if sign else said, min(read.confidence for read in reads), why)


def _amount(match: re.Match[str], context: Context, measured: bool) -> Reading:
    """One amount in words; `measured`: it, or what it is joined with, has a unit."""
    written, symbol, before = match["number"], match["unit"] or "", match["before"]
    magnitudes = _MAGNITUDE.findall(match["magnitude"])
    if symbol == "%":
        written = written.removesuffix(",0")
    sure = bool(magnitudes) or symbol in {"%", "‰"} or (measured and "," not in written)
    read = number(written, measured=sure)
    if read.why:
        return read
    words, why, confidence = [read.spoken], "", read.confidence
    for magnitude in magnitudes:
        words.append(SHORT_MAGNITUDES.get(magnitude) or MAGNITUDES[magnitude])
        if magnitude in {"k", "K"} and not (
            symbol in CURRENCIES or about_money(context.before(match.start()))
        ):
            why, confidence = f"“{magnitude}” sau số được hiểu là nghìn.", 0.6
    if before and symbol in CURRENCIES:
        words.insert(0, CURRENCIES[before])
    elif before:
        words.append(CURRENCIES[before])
    if symbol:
        words.append(CURRENCIES.get(symbol) or unit(symbol))
    if match["per"]:
        if not (symbol or magnitudes) and len(written) < 3 and _ENTRY.search(context.before(match.start())):
            return Reading(match[0], 0, "Không rõ là số thứ tự hay mức tính.")
        reckoned = per(match["per"], symbol)
        if reckoned is None:
            return Reading(match[0], 0, "Không rõ số sau dấu gạch chéo.")
        words.append(reckoned.strip())
    if not (symbol or magnitudes) and len(written) >= _LONG and written.isdecimal() and written[-3:] != "000":
        why, confidence = "Dãy số dài: không rõ đọc thành một số hay từng chữ số.", 0.5
    return Reading(" ".join(words), confidence, why)


def _per(match: re.Match[str], _context: Context) -> str | None:
    """ "mấy triệu đồng/ha": what is reckoned by, where the amount itself is in words already."""
    return per(match[0], "đồng")


def _per_word(match: re.Match[str], context: Context) -> str | None:
    """ "3 kg gạo/khẩu/tháng": only where a number begins what is reckoned."""
    return per(match[0]) if _COUNTED.search(context.before(match.start(), 30)) else None


def _per_count(match: re.Match[str], _context: Context) -> str | None:
    """ "12 bác sĩ/10.000 dân"."""
    count = number(match["count"])
    if count.why or value(match["count"]) < 2:
        return None
    return f" trên {count.spoken} {unit(match['unit'] or '')}"


def _and_centimetres(match: re.Match[str], _context: Context) -> str:
    """ "1m75"; one digit more would be square or cubic metres."""
    return f"{cardinal(int(match[1]))} mét {cardinal(int(match[2]))}"


def _negative(match: re.Match[str], context: Context) -> Reading | None:
    """A minus only where it is one: U+2212, a temperature, a percentage, after "xuống", alone on its line."""
    before = context.before(match.start())
    spaced, measured = match[0][1] == " ", re.search(r"%|°|º|℃|độ", match[0])
    if before.rstrip()[-1:].isdecimal() or (spaced and not measured):
        return None
    beginning = not before.rpartition("\n")[2].strip(_PUNCTUATION)
    line_after = context.after(match.end()).partition("\n")[0]
    alone = beginning and not line_after.strip(_PUNCTUATION) and (measured or _BARE.fullmatch(match[0]))
    degrees = spaced and "%" not in match[0]
    likely = degrees or (measured and not beginning and not spaced)
    if match[0][0] == "−" or alone or likely or _BELOW_ZERO.search(before):
        read = joined(match, context)
        return read if read.why else Reading(f"âm {read.spoken}", read.confidence)
    if beginning and not measured:
        return None
    return Reading(match[0], 0, "Không rõ dấu “-” là dấu âm hay gạch nối.")


NEGATIVE = Rule(
    "negative",
    re.compile(
        rf"(?:(?<![^\s(])[-−]|(?<=: )[-–−] ){NUMBER}(?:{SPACE}?{MAGNITUDE})*(?:{SPACE}?{UNIT})?"
        rf"{NOT_BEFORE}(?!{DASH}\d|{SPACE}?/)"
    ),
    _negative,
)
_UNIT_ALONE = re.compile(
    r"(?<![\w./,-])(?<!\d )(?P<unit>[kcmd]?m[23²³]"
    r"|(?:(?<=theo )|(?<=mỗi )|(?<=từng )|(?<=nửa ))(?:kg|km|ha|cm|mm))"
    rf"(?P<per>(?:{PER})*)(?![\w-]|[.,/]\d)"
)
"""A unit without its number: "tính theo m2", "mỗi kg"."""


def _unit_alone(match: re.Match[str], _context: Context) -> str | None:
    reckoned = per(match["per"], match["unit"])
    return None if reckoned is None else unit(match["unit"]) + reckoned


RULES = (
    Rule(
        "tonnes",
        re.compile(rf"(?<=tải )(?P<number>\d{{1,3}}(?:[.,]\d)?){SPACE}?T{NOT_BEFORE}"),
        lambda match, _: f"{number(match['number'], measured=True).spoken} tấn",
    ),
    Rule("metres", re.compile(rf"{NOT_AFTER}(\d{{1,3}})m([1-9]\d){NOT_BEFORE}"), _and_centimetres),
    Rule("per", re.compile(rf"(?<=đồng)(?:{PER})+{NOT_BEFORE}"), _per),
    Rule("per", re.compile(rf"(?<=[^\W\d_])(?:/(?:{_RECKONED_BY})(?!\w))+{NOT_BEFORE}"), _per_word),
    Rule(
        "per",
        re.compile(
            rf"(?<=[a-zà-ỹ]){SPACE}?/{SPACE}?(?P<count>{NUMBER}){SPACE}?(?:(?P<unit>{UNIT})|(?<=\s)(?=[^\W\d_]))"
        ),
        _per_count,
    ),
    Rule("unit", _UNIT_ALONE, _unit_alone),
)
