"""Sums written out: a dash is a minus only where something is reckoned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken import speak
from channels.radio.spoken.numerals import cardinal
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "Tiền = (Giá đất ở – Giá đất nông nghiệp) × Diện tích",
            "tiền bằng giá đất ở trừ giá đất nông nghiệp nhân diện tích",
        ),
        ("Lương = hệ số - phụ cấp", "lương bằng hệ số trừ phụ cấp"),
        ("Thuế = (thu - chi) x thuế suất", "thuế bằng thu trừ chi nhân thuế suất"),
        ("Mức phạt = 3 - 5 triệu đồng", "mức phạt bằng ba đến năm triệu đồng"),
        ("Cơ hội - thách thức", "cơ hội thách thức"),
        ("x = 2\nCơ hội - thách thức", "x bằng hai cơ hội thách thức"),
    ],
)
def test_a_dash(written: str, expected: str) -> None:
    assert heard(written) == expected


@given(st.integers(1000, 9999), st.integers(1, 999))
def test_what_is_taken_from_a_number(n: int, less: int) -> None:
    said = f"còn {cardinal(n)} trừ {cardinal(less)} bằng {cardinal(n - less)}"
    assert heard(f"Còn {n} – {less} = {n - less}") == said


def test_without_a_sum_around_it_a_falling_pair_is_left() -> None:
    assert doubtful("2.500.000 – 60.000") == ["2.500.000 – 60.000"]


def test_a_row_of_a_table_is_flagged_once() -> None:
    assert [flag.written for flag in speak("STT | Tên xã | Số hộ\nHết.").flags] == ["|"]
