"""A text as the words that a search compares: folded to plain letters, and as they are written. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST = 40
"""Characters of a word that are compared."""

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
"""Huyền, sắc, ngã, hỏi, nặng, decomposed."""
_BARRED = str.maketrans("đ", "d")
"""What no Unicode form decomposes, and so no database folds."""


class Word(NamedTuple):
    """One word of a text; `start` and `end` are characters of it."""

    plain: str
    """Small letters without any mark, "đ" as "d": the same for "Bán", "BẢN" and "ban"."""
    written: str
    """Small letters with their marks, the tone at the end: the same for "hòa", "hoà" and "Hòa" decomposed."""
    start: int
    end: int

    @property
    def is_marked(self) -> bool:
        """Whether it is written with a mark that `plain` has lost."""
        return self.written != self.plain


def words(text: str) -> Iterator[Word]:
    """The words of a text in any Unicode form, in order; what stands between them counts for nothing."""
    for found in _WORD.finditer(text):
        plain, written = _forms(found[0])
        if plain:
            yield Word(plain, written, found.start(), found.end())


def plain(text: str) -> str:
    """The whole text with its words folded, and all else as it stands."""
    return _WORD.sub(lambda found: _forms(found[0])[0], text)


# Written Vietnamese has some seven thousand syllables: nearly every word has been met before.
@lru_cache(maxsize=2**16)
def _forms(word: str) -> tuple[str, str]:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    letters = "".join(c for c in folded.translate(_BARRED) if c.isalnum())[:LONGEST]
    canonical = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    tones = "".join(_TONES.findall(canonical))
    written = unicodedata.normalize("NFC", _TONES.sub("", canonical) + tones)
    return letters, "".join(c for c in written if c.isalnum() or unicodedata.combining(c))[:LONGEST]
