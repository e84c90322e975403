"""Numbers in words: against a reader that works by spelling rules instead of arithmetic."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.radio.spoken.numerals import cardinal, decimal, digits, number, ordinal, roman
from tests.channels.radio.spoken.reading import doubtful, heard

_NAMES = dict(
    zip("0123456789", ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"], strict=True)
)
_SPELLING = (
    (r"không mươi không$", ""),
    (r"không mươi", "linh"),
    (r"một mươi", "mười"),
    (r"(mươi|mười) không$", r"\1"),
    (r"mươi một$", "mươi mốt"),
    (r"mươi bốn$", "mươi tư"),
    (r"(mươi|mười) năm$", r"\1 lăm"),
)


def spelled(n: int) -> str:
    """Every digit in its place first ("không trăm hai mươi bốn"), then the rules of spelling."""
    written = f"{n:,}".split(",")
    names = ["", "nghìn", "triệu", "tỷ", "nghìn tỷ"]
    said: list[str] = []
    for place, group in zip(range(len(written) - 1, -1, -1), written, strict=True):
        places = zip(group.zfill(3), ("trăm", "mươi", ""), strict=True)
        words = " ".join(f"{_NAMES[digit]} {unit}" for digit, unit in places)
        words = words.strip()
        for pattern, better in _SPELLING:
            words = re.sub(pattern, better, words).strip()
        if not said:
            words = re.sub(r"^không trăm (?:linh )?", "", words)
        if int(group):
            said.append(f"{words} {names[place]}")
        elif place == 3 and said:
            said[-1] += " tỷ" if not said[-1].endswith("tỷ") else ""
    joined = " ".join(" ".join(said).split())
    return re.sub(r"nghìn tỷ (?=.* tỷ)", "nghìn ", joined) or "không"


@given(st.integers(0, 10**12))
@example(0)
@example(10**12)
@example(10**12 - 1)
@example(10**9)
@example(1_050_003)
@example(1_000_005_000)
@example(100_000_000_015)
def test_every_number_up_to_a_thousand_billion(n: int) -> None:
    assert cardinal(n) == spelled(n)
    assert heard(f"{n:,} đồng".replace(",", ".")) == f"{spelled(n)} đồng"


@pytest.mark.parametrize("n", [*range(0, 1000, 7), *range(990, 1130), 2024, 10_010, 110_000, 999_999_999])
def test_the_numbers_of_every_day(n: int) -> None:
    assert heard(f"Có {n} hộ") == f"có {spelled(n)} hộ"


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (-7, "âm bảy"),
        (105, "một trăm linh năm"),
        (2024, "hai nghìn không trăm hai mươi tư"),
        (1_050_003, "một triệu không trăm năm mươi nghìn không trăm linh ba"),
        (10**15, "một triệu tỷ"),
        (10**18, "một tỷ tỷ"),
    ],
)
def test_cardinals_of_the_house(n: int, expected: str) -> None:
    assert cardinal(n) == expected


def test_decimals_go_digit_by_digit() -> None:
    assert decimal("0,05") == "không phẩy không năm"
    assert decimal("1.234,50") == "một nghìn hai trăm ba mươi tư phẩy năm không"
    assert digits("0210.3846") == "không hai một không ba tám bốn sáu"


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 4, 14, 24)] == ["nhất", "hai", "tư", "mười bốn", "hai mươi tư"]


@given(st.integers(1, 3999))
def test_roman_numerals_there_and_back(n: int) -> None:
    written, rest = "", n
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        written += sign * (rest // value)
        rest %= value
    assert roman(written) == roman(written.lower()) == n


@pytest.mark.parametrize("text", ["", "IIX", "VV", "IC", "MMMM", "ABC", "X1"])
def test_what_is_no_roman_numeral(text: str) -> None:
    assert roman(text) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.200.000", "một triệu hai trăm nghìn"),
        ("1 200 000", "một triệu hai trăm nghìn"),
        ("12,345,678", "mười hai triệu ba trăm bốn mươi lăm nghìn sáu trăm bảy mươi tám"),
        ("0.5", "không phẩy năm"),
        ("05", "năm"),
    ],
)
def test_ways_of_writing_a_number(written: str, expected: str) -> None:
    assert number(written).spoken == expected


@pytest.mark.parametrize("written", ["3,500", "3.5", "007", "1.20.3", "1234.567.8", "9" * 30])
def test_what_no_one_can_read_for_sure_is_left(written: str) -> None:
    read = number(written)
    assert read.spoken == written
    assert read.why
    assert doubtful(f"Kết quả: {written}")


@given(st.text(alphabet="0123456789., \xa0", min_size=1))
def test_any_writing_is_read_or_left(written: str) -> None:
    read = number(written)
    assert read.why or not any(map(str.isdecimal, read.spoken))
