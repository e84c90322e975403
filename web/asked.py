"""What a request asks for in words that anybody may have typed: read, or taken for nothing."""

from __future__ import annotations

import unicodedata

LONGEST = 15
"""Digits; no key of any table has more, and every database takes a number of so many."""


def whole_number(written: str | None) -> int | None:
    """A whole number in plain digits; None where it is anything else."""
    if written is None or not (written.isascii() and written.isdigit() and len(written) <= LONGEST):
        return None
    return int(written)


def typed_text(written: str) -> str:
    """What stood in a field, composed (NFC), its lines as a form's are not: parted by a line feed alone."""
    return unicodedata.normalize("NFC", written.replace("\r\n", "\n")).strip()
