"""Whatever is typed is a question; a phrase stands in one piece, what is excluded does not stand at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.search.query import MOST, Query, parse
from pipeline.search.words import words


def said(query: Query) -> list[str]:
    return [f"{'-' if t.without else ''}{' '.join(w.written for w in t.words)}" for t in query.terms]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("đất đai", ["đất", "đai"]),
        ('"khai sinh" 865/KH-UBND', ["khai sinh", "865 kh ubnd"]),
        ("“khai sinh” -hộ -”tịch thu”", ["khai sinh", "-hộ", "-tịch thu"]),
        ('a-b -- - "" "-" -"', ["a b"]),
        ('"mở mà không đóng', ["mở mà không đóng"]),
        ("xã XÃ -xã xã", ["xã", "-xã"]),
        ('nghị"định số"', ["nghị", "định số"]),
        ("", []),
    ],
)
def test_queries_are_read(typed: str, expected: list[str]) -> None:
    plainly = [(each[0] == "-", " ".join(word.written for word in words(each))) for each in expected]
    assert said(parse(typed)) == [f"-{term}" if without else term for without, term in plainly]


@given(st.text(st.sampled_from('ab đá"“”-/ \n:*()^'), max_size=60) | st.text())
def test_there_is_no_wrong_query(typed: str) -> None:
    query = parse(typed)
    assert sum(len(term.words) for term in query.terms) <= MOST
    assert all(term.words for term in query.terms)
    assert query.holds([]) == all(term.without for term in query.terms)


@pytest.mark.parametrize(
    ("typed", "text", "held"),
    [
        ("ban", "Bán đất", True), ("bán", "Ban nhân dân", False), ("bán ban", "Bán đất", True),
        ('"đất ở"', "ở đất", False), ('"dat o"', "Đất ở", True), ('"đất o"', "Đất ơ", True),
        ("865/kh-ubnd", "Kế hoạch 865/KH-UBND", True), ("865/kh-ubnd", "865 của KH, UBND", False),
        ("-bán", "Ban", True), ("-ban", "Bán", False), ('-"đất ở"', "ở đất", True),
        ("hòa bình", "HOÀ BÌNH", True),
    ],
)  # fmt: skip
def test_what_a_query_means(typed: str, text: str, held: bool) -> None:
    assert parse(typed).holds([list(words(text))]) is held


def test_words_may_stand_in_several_texts_and_a_phrase_may_not() -> None:
    texts = [list(words("Đăng ký khai")), list(words("sinh con"))]
    assert parse("khai sinh").holds(texts)
    assert not parse('"khai sinh"').holds(texts)


@given(st.text(st.sampled_from("aáb đ"), max_size=20), st.text(st.sampled_from("aáb đ"), max_size=30))
def test_a_phrase_is_found_where_its_letters_stand(phrase: str, text: str) -> None:
    for term in parse(f'"{phrase}"').terms:
        for start, end in term.places(list(words(text))):
            assert [w.plain for w in words(text[start:end])] == [w.plain for w in term.words]
