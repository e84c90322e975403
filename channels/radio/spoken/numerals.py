"""Numbers in words, by the house: linh, nghìn, tư, mốt, lăm; every group after the first has its hundreds.

1 050 003 is "một triệu không trăm năm mươi nghìn không trăm linh ba".
"""

from __future__ import annotations

import math
import re

from channels.radio.spoken.rule import Reading

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_GROUPS = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))
_LONGEST = 18
"""More digits than these nobody reads as one number."""

SPACE = r"[^\S\t\n\r\f\v]"
"""What may stand within an amount: any gap that ends neither a line nor a table's cell."""
NUMBER = rf"(?>[1-9]\d{{0,2}}(?:{SPACE}\d{{3}})+(?![\d.,]*\d|/)|\d+(?:[.,]\d+)*)"
"""A number as it is written, right or wrong; `number` says what it is."""

NOT_AFTER = r"(?<![\w@#&])(?<!\w[-./:+_])(?<!\w–)(?<!\d[,\"'])(?<!\d[’″])"
"""A number does not begin inside a word or a code: neither in "A4" nor in "COVID-19" or "45+300"."""
NOT_BEFORE = r"(?![\w@]|[-./:+,\"']\d|[–’]\d|″\d|[-./_][A-ZĐ_])"
ARROW = "(?:[→➡➔➜⇒⟶]\ufe0f?|<?[-–=]+>)"
DASH = rf"{SPACE}?(?:{ARROW}|[-–—~÷]){SPACE}?"
"""Between two numbers it is "đến"."""

_VIETNAMESE = re.compile(r"([1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,(\d+))?")
_FOREIGN = re.compile(r"([1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?")
_POINT = re.compile(r"(\d+)\.(\d+)")
_ROMAN = re.compile(r"(M{0,3})(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", re.IGNORECASE)
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def cardinal(n: int) -> str:
    """24 is "hai mươi tư", -7 "âm bảy"; billions of billions are "tỷ tỷ"."""
    if n < 0:
        return f"âm {cardinal(-n)}"
    billions, rest = divmod(n, 10**9)
    words = [f"{cardinal(billions)} tỷ"] if billions else []
    for size, name in _GROUPS:
        group, rest = divmod(rest, size)
        if group:
            words.append(f"{_hundreds(group, full=bool(words))} {name}".rstrip())
    return " ".join(words) or _DIGITS[0]


def decimal(text: str) -> str:
    """ "1.200,05" is "một nghìn hai trăm phẩy không năm": what follows the comma goes digit by digit."""
    whole, _, part = text.replace(".", "").partition(",")
    return f"{cardinal(int(whole))} phẩy {digits(part)}" if part else cardinal(int(whole))


def digits(text: str) -> str:
    """Digit by digit; whatever is not a digit is passed over."""
    return " ".join(_DIGITS[int(sign)] for sign in text if sign.isdecimal())


def ordinal(n: int) -> str:
    """What follows "thứ": nhất, hai, ba, tư, năm …"""
    return {1: "nhất", 4: "tư"}.get(n) or cardinal(n)


def roman(text: str) -> int | None:
    """The value of a well-formed Roman numeral, capital or small; None for anything else ("IIX", "")."""
    if not text or not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES[letter] for letter in text.upper()]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def number(text: str, measured: bool = False) -> Reading:
    """A `NUMBER` in words. `measured`: a percent sign, a unit or "triệu" follows, so that it is a quantity.

    Left and flagged: "3,500" (thousands or thousandths), a bare "3.5" (decimal, date or clause), "007".
    """
    parts = _parts(text, measured)
    if isinstance(parts, str):
        return Reading(text, 0, parts)
    whole, part, confidence = parts
    return Reading(decimal(f"{whole},{part}"), confidence)


def value(text: str) -> float:
    """How much a `NUMBER` is, to compare two of them; not a number where nobody can say."""
    parts = _parts(text, measured=True)
    return math.nan if isinstance(parts, str) else float(f"{parts[0]}.{parts[1]}")


def _parts(text: str, measured: bool) -> tuple[str, str, float] | str:
    """What stands before and after the comma, and how sure that is; or why it is not known."""
    plain = re.sub(SPACE, "", text)
    if sum(map(str.isdecimal, plain)) > _LONGEST:
        return "Dãy số quá dài để đọc thành một số."
    if match := _VIETNAMESE.fullmatch(plain):
        whole, part = match[1].replace(".", ""), match[2] or ""
        if len(whole) > 2 and whole[0] == "0":
            return "Dãy số bắt đầu bằng số 0: không rõ đọc từng chữ số hay thành một số."
        if len(part) == 3 and len(match[1]) <= 3 and whole != "0" and not measured:
            return "Không rõ dấu phẩy ngăn hàng nghìn hay phần thập phân."
        return whole, part, 1.0
    if (match := _FOREIGN.fullmatch(plain)) and (match[2] or plain.count(",") > 1):
        return match[1].replace(",", ""), match[2] or "", 0.9
    if match := _POINT.fullmatch(plain):
        if measured or int(match[1]) == 0:
            return match[1], match[2], 0.8
        return "Không rõ dấu chấm là dấu thập phân, ngày tháng hay thứ tự mục."
    return "Số viết không theo quy tắc nào đã biết."


def _hundreds(n: int, full: bool) -> str:
    """One group of three; `full`: with its hundreds though they are none."""
    hundreds, rest = divmod(n, 100)
    tens, unit = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if not tens:
        if unit:
            words += ["linh", _DIGITS[unit]] if words else [_DIGITS[unit]]
        return " ".join(words)
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit:
        words.append(
            "lăm" if unit == 5 else _AFTER_TENS.get(unit, _DIGITS[unit]) if tens > 1 else _DIGITS[unit]
        )
    return " ".join(words)
