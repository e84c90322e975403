"""Everything counted, measured, dated or called, from what is surest of its place to a number by itself."""

from __future__ import annotations

import re

from channels.radio.spoken import amounts, dates, fractions, money, ordinals, phones, ranges, times
from channels.radio.spoken.numerals import NOT_AFTER, NOT_BEFORE
from channels.radio.spoken.rule import Context, Reading, Rule


def _unknown(match: re.Match[str], _context: Context) -> Reading:
    """Numbers joined in a way that nobody above knows are one doubt, not several with signs between them."""
    return Reading(match[0], 0, "Không rõ dãy số này là ngày, giờ, khoảng hay mã số.")


RULES = (
    *phones.RULES,
    *times.RULES,
    *dates.RULES,
    *ordinals.RULES,
    *fractions.RULES,
    *money.RULES,
    Rule("joined", re.compile(rf"{NOT_AFTER}\d{{4,5}}(?:[ .]\d{{4,5}}){{2,}}{NOT_BEFORE}"), _unknown),
    *ranges.RULES,
    *amounts.RULES,
    Rule(
        "joined", re.compile(rf"{NOT_AFTER}\d[\dhHgxX%]*(?:[-–./:+,][\dhHgxX%]*\d[hHg%]?)+(?!\w)"), _unknown
    ),
)
