"""Money: what the signs of currencies and the short forms of thousands and millions are read as."""

from __future__ import annotations

import re

from channels.radio.spoken.numerals import SPACE, cardinal
from channels.radio.spoken.rule import Context, Rule
from channels.radio.spoken.units import one_of

CURRENCIES = {
    "đồng": "đồng",
    "đ": "đồng",
    "Đ": "đồng",
    "₫": "đồng",
    "VND": "đồng",
    "VNĐ": "đồng",
    "vnd": "đồng",
    "vnđ": "đồng",
    "trđ": "triệu đồng",
    "tr.đ": "triệu đồng",
    "trđồng": "triệu đồng",
    "tr.đồng": "triệu đồng",
    "tr. đồng": "triệu đồng",
    "Tr.đ": "triệu đồng",
    "tr đ": "triệu đồng",
    "tỷđ": "tỷ đồng",
    "USD": "đô la Mỹ",
    "usd": "đô la Mỹ",
    "US$": "đô la Mỹ",
    "$": "đô la Mỹ",
    "EUR": "ơ rô",
    "€": "ơ rô",
    "£": "bảng Anh",
    "GBP": "bảng Anh",
    "¥": "yên Nhật",
    "JPY": "yên Nhật",
    "CNY": "nhân dân tệ",
    "NDT": "nhân dân tệ",
    "KRW": "uôn",
}
MAGNITUDES = {"nghìn": "nghìn", "ngàn": "ngàn", "vạn": "vạn", "triệu": "triệu", "tỷ": "tỷ", "tỉ": "tỉ"}
SHORT_MAGNITUDES = {"tr": "triệu", "Tr": "triệu", "k": "nghìn", "K": "nghìn"}

BEFORE = r"(?:US\$|\$|€|£|¥|USD|EUR|VND)"
_OTHER = rf"đồng{SPACE}(?:chí|bào|đội|nghiệp|hương|hồ|phục|tác|sáng|phạm|nát|ruộng|cỏ|bằng)(?!\w)"
"""Words that only begin like the currency."""
CURRENCY = rf"(?:(?![đĐ]/[cC](?!\w)|{_OTHER})(?:{one_of(CURRENCIES)}))"
MAGNITUDE = rf"(?!tr\.{SPACE}?đ)(?:{one_of(MAGNITUDES | SHORT_MAGNITUDES)})"
_ABOUT_MONEY = re.compile(
    r"(?:giá|phí|vé|tiền|lương|thưởng|phạt|thu|chi|vốn|giải|hỗ trợ|tặng|trị giá)(?!\w)[^.;!?\n]*$",
    re.IGNORECASE,
)


def about_money(before: str) -> bool:
    """Whether money is spoken of before an amount, so that "15k" can only be fifteen thousand đồng."""
    return bool(_ABOUT_MONEY.search(before))


def _and_a_part(match: re.Match[str], _context: Context) -> str:
    thousands = int(match["part"]) * 10 ** (3 - len(match["part"]))
    rest = f" {cardinal(thousands)} nghìn" if thousands else ""
    currency = match["currency"]
    said = f" {CURRENCIES[currency]}" if currency else ""
    return f"{cardinal(int(match['millions']))} triệu{rest}{said}"


RULES = (
    Rule(
        "money",
        re.compile(
            rf"(?<![\w.,/-])(?P<millions>\d{{1,3}})(?:tr|triệu)(?P<part>\d{{1,3}})(?!\w)"
            rf"(?:{SPACE}?(?P<currency>{CURRENCY}))?"
        ),
        _and_a_part,
    ),
)
