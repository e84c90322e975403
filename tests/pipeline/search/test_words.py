"""Folding: one form for every way of writing a word, and what is looked for is found where it stands."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.search.words import LONGEST, plain, words

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
SYLLABLES = st.text(VIETNAMESE + VIETNAMESE.upper(), min_size=1, max_size=7)


def plainly(text: str) -> list[str]:
    return [word.plain for word in words(text)]


def written(text: str) -> list[str]:
    return [word.written for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đất đai ĐẤT", ["dat", "dai", "dat"]),
        ("865/KH-UBND", ["865", "kh", "ubnd"]),
        ("Nghị định 61/2018/NĐ-CP", ["nghi", "dinh", "61", "2018", "nd", "cp"]),
        ("https://stp.phutho.gov.vn/tin_1", ["https", "stp", "phutho", "gov", "vn", "tin", "1"]),
        ("ﬁ Ⅳ ½ Straße İ", ["fi", "iv", "12", "strasse", "i"]),
        ("– … 🎉 \u0301 _", []),
        ("Москва й 中文", ["москва", "и", "中文"]),
    ],
)
def test_words_are_folded(text: str, expected: list[str]) -> None:
    assert plainly(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("hòa", "hoà", True), ("THUỶ", "thủy", True), ("quý", "qúy", True), ("Đất", "đất", True),
        ("bán", "ban", False), ("bán", "bạn", False), ("đa", "da", False), ("cơ", "cô", False),
    ],
)  # fmt: skip
def test_marks_are_told_apart_and_ways_of_placing_them_are_not(one: str, other: str, same: bool) -> None:
    assert (written(one) == written(other)) is same
    assert (plainly(one) == plainly(other)) is (plain(one.lower()) == plain(other.lower()))


@given(st.text())
def test_any_text_has_words_where_they_say(text: str) -> None:
    found = list(words(text))
    assert all(0 < len(word.plain) <= LONGEST for word in found)
    assert all(plainly(text[word.start : word.end]) == [word.plain] for word in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert plainly(plain(text)) == plainly(text)


@given(st.lists(SYLLABLES, max_size=8))
def test_every_unicode_form_of_vietnamese_is_one(said: list[str]) -> None:
    text = " ".join(said)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        again = unicodedata.normalize(form, text)
        assert (plainly(again), written(again)) == (plainly(text), written(text))
        assert written(again.upper()) == written(text)
    assert all(word.isascii() for word in plainly(text))
    assert len(plainly(text)) == len(said)


@given(SYLLABLES)
def test_a_word_is_marked_where_folding_loses_something(syllable: str) -> None:
    (word,) = words(syllable)
    assert word.is_marked == (unicodedata.normalize("NFD", syllable.casefold()) != word.plain)
