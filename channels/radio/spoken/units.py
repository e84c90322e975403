"""Units after a number: "mm", "m3/giây", "tấn/ha", "µg/m³"; what a quantity is reckoned by is "một …"."""

from __future__ import annotations

import re

from channels.radio.spoken.numerals import NUMBER, SPACE, number, value

_PREFIXES = {
    "m": "mi li",
    "c": "xăng ti",
    "d": "đề xi",
    "k": "ki lô",
    "M": "mê ga",
    "G": "gi ga",
    "T": "tê ra",
    "µ": "mi cờ rô",
    "μ": "mi cờ rô",
    "n": "na nô",
}
_BASES = {
    "m": ("mét", "mcdkµμn"),
    "g": ("gam", "mkµμ"),
    "l": ("lít", "mcdµμ"),
    "L": ("lít", "mµμ"),
    "W": ("oát", "mkMGT"),
    "Wh": ("oát giờ", "kMGT"),
    "Wp": ("oát đỉnh", "kMG"),
    "V": ("vôn", "mk"),
    "VA": ("vôn am pe", "kM"),
    "A": ("am pe", "mk"),
    "Ah": ("am pe giờ", "m"),
    "Hz": ("hẹc", "kMG"),
    "hz": ("hẹc", "kMG"),
    "B": ("bai", "kKMGT"),
    "bps": ("bít trên giây", "kKMG"),
    "Pa": ("pát can", "kM"),
    "cal": ("ca lo", "k"),
    "J": ("giun", "kM"),
    "N": ("niu tơn", "k"),
    "t": ("tấn", "k"),
    "mol": ("mon", "mµμ"),
}
_BARE = {"m", "g", "l", "L", "W", "Wh", "Wp", "V", "Ah", "Hz", "hz", "Pa", "cal", "kV"}
"""Bases that stand without a prefix too: "5 A", "3 B" and "2 t" are more often a class or a billion."""
_POWERS = {"2": "vuông", "²": "vuông", "3": "khối", "³": "khối"}

SYMBOLS = {
    "%": "phần trăm",
    "‰": "phần nghìn",
    "°C": "độ xê",
    "ºC": "độ xê",
    "oC": "độ xê",
    "°c": "độ xê",
    "℃": "độ xê",
    "độ C": "độ xê",
    "°F": "độ ép",
    "°B": "độ vĩ Bắc",
    "°N": "độ vĩ Bắc",
    "°Đ": "độ kinh Đông",
    "°E": "độ kinh Đông",
    "°": "độ",
    "º": "độ",
    "ha": "héc ta",
    "Ha": "héc ta",
    "HA": "héc ta",
    "Km": "ki lô mét",
    "KM": "ki lô mét",
    "km": "ki lô mét",
    "Kg": "ki lô gam",
    "KG": "ki lô gam",
    "kw": "ki lô oát",
    "Kw": "ki lô oát",
    "KW": "ki lô oát",
    "KWh": "ki lô oát giờ",
    "Kwh": "ki lô oát giờ",
    "kwh": "ki lô oát giờ",
    "KV": "ki lô vôn",
    "KVA": "ki lô vôn am pe",
    "Mb": "mê ga bít",
    "Gb": "gi ga bít",
    "v": "vôn",
    "mmHg": "mi li mét thủy ngân",
    "dB": "đề xi ben",
    "dBA": "đề xi ben a",
    "ppm": "phần triệu",
    "cc": "xăng ti mét khối",
    "CV": "mã lực",
    "HP": "mã lực",
    "kph": "ki lô mét một giờ",
    "inch": "inh",
    "h": "giờ",
    "H": "giờ",
    "p": "phút",
    "ph": "phút",
    "s": "giây",
    "min": "phút",
    "ms": "mi li giây",
    "CFU": "xê ép u",
    "MPN": "em pê en",
    "IU": "đơn vị quốc tế",
}
for _base, (_name, _prefixed) in _BASES.items():
    if _base in _BARE:
        SYMBOLS[_base] = _name
    for _letter in _prefixed:
        SYMBOLS.setdefault(_letter + _base, f"{_PREFIXES[_letter.replace('K', 'k')]} {_name}")
for _length in ("m", "km", "cm", "mm", "dm"):
    for _sign, _power in _POWERS.items():
        SYMBOLS.setdefault(_length + _sign, f"{SYMBOLS[_length]} {_power}")

_MEASURES = "mét vuông|mét khối|mét|tấn|tạ|yến|lít|héc ta|sào|độ|giờ|phút|giây"
_PEOPLE = {
    "ng.đ": "ngày đêm",
    "ngđ": "ngày đêm",
    "ng": "người",
    "th": "tháng",
    "HS": "học sinh",
    "SV": "sinh viên",
    "GV": "giáo viên",
    "LĐ": "lao động",
}
_COUNTED = (
    "ngày|tuần|tháng|năm|quý|vụ|lứa|người|hộ|khẩu|dân|lượt|suất|em|cháu|học sinh|trẻ|lớp|trường|phòng|con|cây"
    "|gốc|sản phẩm|bao|hộp|chai|quả|lần|ca|buổi|chuyến|xe|gói|đợt|tiết|bộ|chiếc|cái|căn|nhà|mũi|liều|viên"
    "|phần|điểm"
)
"""Words that belong to an amount only where something is joined to them: "2 lần/tuần"."""
_MEASURED_BY = {"giờ", "phút", "giây", "lít", "mét khối", "mét vuông"}
"""Words that make a rate of physics with a symbol before them, as symbols do: "m3/giây" as "m3/s"."""


def one_of(symbols: dict[str, str]) -> str:
    """A pattern for any of the symbols, the longest first; one that ends with a letter ends a word."""
    signs = sorted(map(re.escape, symbols), key=len, reverse=True)
    words = "|".join(sign for sign in signs if sign[-1].isalnum())
    return "|".join([rf"(?:{words})(?!\w)", *(sign for sign in signs if not sign[-1].isalnum())])


_KILOMETRE_POST = rf"[Kk][Mm]{SPACE}?\d+{SPACE}?\+"
UNIT = (
    rf"(?!{_KILOMETRE_POST})"
    rf"(?:{one_of(SYMBOLS)}|(?:{_MEASURES})(?!\w)|(?:{_COUNTED})(?={SPACE}?[/–~-]))"
)
_OVER = rf"(?:(?<=\d)(?:/(?!{SPACE})|{SPACE}/{SPACE})|(?<![\d ]){SPACE}?/{SPACE}?)"
"""After a bare number no gap on one side only: "1/ Nộp hồ sơ" is an entry of a list."""
PER = (
    rf"{_OVER}(?:(?:{NUMBER}){SPACE}?)?"
    rf"(?:{one_of(SYMBOLS)}|(?:ng\.?đ|HS|SV|GV|LĐ)(?!\w)|(?![A-ZĐƯ]|(?:số|https?|www)(?!\w))[^\W\d_]{{2,}}(?!\w|\.[a-z])(?:{SPACE}[^\W\d_]+(?={SPACE}?/))?)"
)
"""What a quantity is reckoned by: "/kg", "/24h", "/học sinh/"."""
_PERIODS = {"ngày", "tuần", "tháng", "quý", "năm", "vụ", "giờ", "phút", "kỳ", "lần"}
"""What a percentage is reckoned by; "98%/kế hoạch" compares."""
_PER = re.compile(rf"(?P<count>{NUMBER})?{SPACE}?(?P<unit>.+)")


def unit(text: str) -> str:
    """A unit in words; one that is a word already stays."""
    return SYMBOLS.get(text) or _PEOPLE.get(text, text)


def per(text: str, of: str = "") -> str | None:
    """ "/kg" is " một ki lô gam", "/24h" " trong hai mươi tư giờ"; `of` is the unit before it.

    Symbol by symbol ("km/h", "mg/l") is " trên giờ", " trên lít". None: the number in it is in doubt.
    """
    spoken = ""
    for part in text.split("/")[1:]:
        match = _PER.fullmatch(part.strip())
        if not match:
            return None
        name = unit(match["unit"])
        count = number(match["count"] or "1", measured=True)
        if count.why or not value(match["count"] or "1") or (of == "%" and name not in _PERIODS):
            return None
        if count.spoken != "một":
            spoken += f" {'trong' if name in {'giờ', 'ngày', 'phút'} else 'trên'} {count.spoken} {name}"
        else:
            physical = (
                of in SYMBOLS and of not in {"%", "‰"} and (match["unit"] in SYMBOLS or name in _MEASURED_BY)
            )
            spoken += f" {'trên' if physical else 'một'} {name}"
    return spoken
