"""Near-duplicates: how alike two texts are, and the keys by which alike texts are found without a scan.

Shingles of three syllables; MinHash by one permutation with densification by rotation (Shrivastava
and Li, ICML 2014): the shingles' hashes lie on a ring, and each of 32 fixed points takes its next one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from pipeline.review.checks.found import Found

THRESHOLD = 0.8
"""Re-posts score 0.86 to 0.95, two honest storm bulletins 0.71."""

BANDS, ROWS = 8, 4
RING = 1 << 64
POINTS = tuple(range(0, RING, RING // (BANDS * ROWS)))

SYLLABLE = re.compile(r"\w+")
TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True)
class Near:
    """The article most like this one; `similarity` is 0 to 1."""

    article: int
    title: str
    """Empty where it is not for everybody's eyes yet."""
    similarity: float


def near_duplicate(near: Near | None) -> Iterator[Found]:
    """near-duplicate."""
    if near and near.similarity >= THRESHOLD:
        titled = f" “{near.title[:120]}”" if near.title else ""
        yield Found(
            "near-duplicate",
            f"Gần giống bài {near.article}{titled} ({near.similarity:.0%}): xem có phải đăng lại không.",
        )


def similarity(one: str, other: str) -> float:
    """The share of their shingles that two texts have in common (Jaccard), 0 to 1; 0 where one is empty."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def bands(text: str) -> tuple[int, ...]:
    """Eight keys of 63 bits; texts alike from `THRESHOLD` share one 98 times in 100. None for no text."""
    ring = sorted(map(_hash, shingles(text)))
    if not ring:
        return ()
    ring.append(ring[0])
    rows = [ring[bisect_left(ring, point, hi=len(ring) - 1)] for point in POINTS]
    # Points that are neighbours often share a hash: a band takes rows from all round the ring.
    return tuple(_hash(f"{band}:{rows[band::BANDS]}") >> 1 for band in range(BANDS))


def shingles(text: str) -> frozenset[str]:
    """Every three syllables in a row, folded; a shorter text is one shingle."""
    words = [_fold(word) for word in SYLLABLE.findall(unicodedata.normalize("NFC", text))]
    if len(words) < 3:
        return frozenset([" ".join(words)] if words else [])
    return frozenset(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


@lru_cache(maxsize=32768)
def _fold(word: str) -> str:
    """Lower case, the tone mark moved to the end: “Uỷ” and “ủy” are the same syllable."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in letters if c not in TONES) + "".join(c for c in letters if c in TONES)


def _hash(value: str) -> int:
    return int.from_bytes(blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
