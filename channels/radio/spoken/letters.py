"""Latin letters by their names, as an announcer says them: one alphabet for the whole house."""

from __future__ import annotations

import re

from channels.radio.spoken.numerals import cardinal, digits

_NAMES = {
    "A": "a", "Ă": "á", "Â": "ớ", "B": "bê", "C": "xê", "D": "đê", "Đ": "đê", "E": "e", "Ê": "ê", "F": "ép",
    "G": "giê", "H": "hát", "I": "i", "J": "gi", "K": "ca", "L": "e lờ", "M": "em", "N": "en", "O": "ô",
    "Ô": "ô", "Ơ": "ơ", "P": "pê", "Q": "quy", "R": "e rờ", "S": "ét", "T": "tê", "U": "u", "Ư": "ư",
    "V": "vê", "W": "vê kép", "X": "ích", "Y": "i", "Z": "dét",
}  # fmt: skip
_ALONE = {"D": "dê"}
"""Alone it must not be taken for Đ: "điểm d", "điểm đ"."""
CAPITAL = "A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
"""Every capital letter of Vietnamese, for a class in a pattern."""
PERSON = re.compile(
    r"(?:(?<!\w)(?:ông|bà|anh|chị|em|cháu|cô|chú|bác|cụ|thầy|bố|mẹ|vợ|chồng"
    r"|đồng chí|đ/c|bị can|bị cáo|đối tượng|nạn nhân|bé)"
    rf"|(?-i:(?<!\w)(?:Văn|Thị|[{CAPITAL}][a-zà-ỹ]+ [{CAPITAL}][a-zà-ỹ]+))) $",
    re.IGNORECASE,
)
"""A title, a family or middle name: the initial after it is nobody's number."""
_PART = re.compile(r"\d+|[^\W\d_]")


def letters(text: str) -> str:
    """ "C1E" is "xê một e"; a number within is read as one up to three digits, longer digit by digit."""
    if text.upper() in _ALONE:
        return _ALONE[text.upper()]
    return " ".join(_part(part) for part in _PART.findall(text))


def _part(part: str) -> str:
    if not part.isdecimal():
        return _NAMES.get(part.upper(), part)
    if len(part) > 3 or (len(part) > 1 and part[0] == "0"):
        return digits(part)
    return cardinal(int(part))
