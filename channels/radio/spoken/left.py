"""What no rule knows: it stays as it is written, and an editor is told why."""

from __future__ import annotations

import re

from channels.radio.spoken.letters import PERSON
from channels.radio.spoken.rule import Context, Read, Reading, Rule

_DIGIT = (
    "[\\d\xb2\xb3\xb9\xbc-\xbe\u2070-\u2079\u2080-\u2089\u2150-\u218b\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]"
)
_GROUP = re.compile(rf"(?<!{_DIGIT}){_DIGIT}++(?:[-+.,:/–−]{_DIGIT}+)+")
NUMBER = re.compile(rf"{_DIGIT}+")
"""What nobody may say as it is written."""
_CAPITALS = re.compile(r"(?<!\w)[A-ZĐƯ][a-z]?[A-ZĐƯ]+\w*(?:[-&][A-ZĐƯ]+)*")
_CONSONANTS = re.compile(r"(?<![\w@.])[bcdđghklmnpqrstvxzwfj]{2,}(?![\w@])", re.IGNORECASE)
_MEASURE = re.compile(r"(?:(?<=\d)|(?<=\d ))[a-zµμ]{1,2}[A-Z]\w{0,3}(?!\w)")
_NUMERAL = re.compile(r"(?<=[a-zà-ỹđ] )(?<!tia )(?<!chữ )[IVX](?=[ ,;:)]|\.?(?:\s|$))(?! quang)(?!\. ?\w)")
_FOREIGN = re.compile("(?:(?![\x00-\u024f\u1e00-\u1eff])\\w)+")
_SIGN = re.compile(r"[^\w\s.,;:?!'’]")


def _left(why: str) -> Read:
    def read(match: re.Match[str], _context: Context) -> Reading:
        return Reading(match[0], 0, why.format(match[0]))

    return read


_number = _left("Không rõ cách đọc số “{}”: hãy viết bằng chữ.")

SIGNED = (
    Rule("left-number", re.compile(rf"(?<![\w&])#{_DIGIT}+"), _number),
    Rule("left-number", _GROUP, _number),
    Rule("left-number", NUMBER, _number),
    Rule(
        "left-abbreviation",
        _CAPITALS,
        _left("Chưa biết chữ viết tắt “{}”: hãy viết đầy đủ hoặc thêm vào bảng từ."),
    ),
)
"""Before the marks, which would take the signs within a number or an abbreviation."""
_SHORTENED = re.compile(r"(?<![\w.@/-])[bcdđghklmnpqrstvx]\.[^\W\d_A-Z]{2,}(?![\w@/]|\.\w)")


def _numeral(match: re.Match[str], context: Context) -> Reading | None:
    """ "trà I" is known; "điểm I" may be a letter or a one; "bà V" is a person."""
    if PERSON.search(context.before(match.start(), 30)):
        return None
    return Reading(match[0], 0, f"Không rõ “{match[0]}” là số La Mã hay chữ cái.")


RULES = (
    Rule("left-unit", _MEASURE, _left("Chưa biết đơn vị “{}”: hãy viết bằng chữ.")),
    Rule("left-numeral", _NUMERAL, _numeral),
    Rule("left-word", _SHORTENED, _left("“{}” là chữ viết tắt: hãy viết đầy đủ.")),
    Rule("left-word", _CONSONANTS, _left("“{}” không đọc được thành tiếng: hãy viết đầy đủ.")),
    Rule("left-foreign", _FOREIGN, _left("Chữ “{}” không thuộc tiếng Việt: hãy phiên âm.")),
    Rule("left-sign", _SIGN, _left("Không rõ cách đọc ký hiệu “{}”.")),
)
