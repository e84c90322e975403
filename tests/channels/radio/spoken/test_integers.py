"""Every integer up to 10^12, heard by a strict listener that adds up what the words say."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.radio.spoken import speak
from channels.radio.spoken.numerals import cardinal

DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()  # noqa: SIM905
AFTER_TEN = {name: digit for digit, name in enumerate(DIGITS) if digit not in {0, 5}} | {"lăm": 5}
AFTER_TENS = {name: digit for name, digit in AFTER_TEN.items() if digit not in {1, 4}} | {"mốt": 1, "tư": 4}
HUNDREDS = re.compile(
    rf"(?:(?P<hundreds>{'|'.join(DIGITS)}) trăm ?)?"
    rf"(?:(?P<ten>mười)(?: (?P<after_ten>{'|'.join(AFTER_TEN)}))?"
    rf"|(?P<tens>{'|'.join(DIGITS[2:])}) mươi(?: (?P<after_tens>{'|'.join(AFTER_TENS)}))?"
    rf"|(?P<linh>linh )?(?P<unit>{'|'.join(DIGITS[1:])}))?"
)
GROUPS = re.compile(
    r"(?:(.+?) nghìn tỷ(?: |$))?(?:(.+?) tỷ(?: |$))?(?:(.+?) triệu(?: |$))?(?:(.+?) nghìn(?: |$))?(.+)?"
)


def listened(words: str) -> int:
    """The integer that these words say, in the house's spelling and no other: ValueError else."""
    if words == "không":
        return 0
    groups = GROUPS.fullmatch(words)
    if not groups or words.endswith(" "):
        raise ValueError(words)
    total, first = 0, True
    for group in groups.groups():
        total *= 1000
        if group:
            total += _group(group, first)
            first = False
    return total


def _group(words: str, first: bool) -> int:
    """One group of three digits, never of zeros; every group after the first says its hundreds."""
    match = HUNDREDS.fullmatch(words)
    if not match or words.endswith((" ", "không trăm")):
        raise ValueError(words)
    hundreds, tens, unit = match["hundreds"], match["tens"], match["unit"]
    if hundreds == "không" if first else not hundreds:
        raise ValueError(words)
    if bool(match["linh"]) != bool(hundreds and unit):
        raise ValueError(words)
    ones = AFTER_TEN.get(match["after_ten"], 0) + AFTER_TENS.get(match["after_tens"], 0)
    ones += DIGITS.index(unit or "không") + 10 * DIGITS.index(tens or "không") + 10 * bool(match["ten"])
    return 100 * DIGITS.index(hundreds or "không") + ones


def test_every_integer_of_five_digits() -> None:
    assert [n for n in range(100_000) if listened(cardinal(n)) != n] == []


def test_integers_around_every_power_of_ten_and_its_multiples() -> None:
    around = [
        digit * 10**power + near for power in range(12) for digit in range(1, 10) for near in range(-25, 26)
    ]
    assert [n for n in around if n >= 0 and listened(cardinal(n)) != n] == []


@given(st.integers(0, 10**12))
@example(10**12)
def test_any_integer_up_to_a_thousand_billion(n: int) -> None:
    assert listened(cardinal(n)) == n


@given(st.integers(0, 10**12), st.sampled_from(["{}", "{:,}"]))
@example(114, "{}")
@example(1945, "{}")
@example(10**12, "{:,}")
def test_an_integer_counts_in_a_sentence_however_it_is_written(n: int, written: str) -> None:
    said = speak(f"Toàn tỉnh có {written.format(n).replace(',', '.')} hộ dân.").text
    counted = re.fullmatch(r"Toàn tỉnh có (.+) hộ dân\.", said)
    assert counted
    assert listened(counted[1]) == n


@given(st.integers(0, 10**12))
def test_no_two_integers_sound_the_same(n: int) -> None:
    assert cardinal(n) != cardinal(n + 1)
    others = {n, n + 10, n + 1000, n + 10**6}
    assert {listened(cardinal(other)) for other in others} == others


@pytest.mark.parametrize(
    "words",
    [
        "hai mươi bốn",
        "mười mốt",
        "hai mươi năm",
        "một trăm năm linh",
        "một nghìn năm",
        "không trăm năm",
        "năm nghìn một tỷ",
    ],
)
def test_the_listener_knows_the_spelling_of_the_house_only(words: str) -> None:
    with pytest.raises(ValueError):
        listened(words)
