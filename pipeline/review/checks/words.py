"""How the checks write lists of Vietnamese words down as patterns, whichever way the tone mark is placed."""

from __future__ import annotations

import re

UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
"""The capitals of Vietnamese, for a character class."""

MODERN = {
    f"{first}{last}": f"{bare}{marked}"
    for bare, firsts, last, lasts in (
        ("o", "òóỏõọ", "a", "àáảãạ"),
        ("o", "òóỏõọ", "e", "èéẻẽẹ"),
        ("u", "ùúủũụ", "y", "ỳýỷỹỵ"),
    )
    for first, marked in zip(firsts, lasts, strict=True)
}
"""Both spellings of the same syllable ending: “òa” and “oà”, “ủy” and “uỷ”."""
TONED = re.compile("|".join(f"{old}(?!\\w)" for old in MODERN))


def one_of(*lines: str) -> str:
    """A group that matches any of the phrases, written as `a | b | c`; each is itself a pattern."""
    phrases = [phrase.strip() for line in lines for phrase in line.split(" | ")]
    joined = "|".join(phrase for phrase in phrases if phrase)
    return f"(?:{TONED.sub(lambda m: f'(?:{m[0]}|{MODERN[m[0]]})', joined)})"


def whole(*lines: str) -> re.Pattern[str]:
    """`one_of`, as whole words in either case."""
    return re.compile(rf"\b{one_of(*lines)}(?!\w)", re.IGNORECASE)
