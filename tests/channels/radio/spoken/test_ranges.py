"""Two numbers with a sign between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken.numerals import cardinal
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("từ 3-5 ngày", "từ ba đến năm ngày"),
        ("3 – 5 ngày", "ba đến năm ngày"),
        ("từ 3  -  5  kg", "từ ba đến năm ki lô gam"),
        ("150~200 mm", "một trăm năm mươi đến hai trăm mi li mét"),
        ("10÷12 m", "mười đến mười hai mét"),
        ("90%-95%", "chín mươi phần trăm đến chín mươi lăm phần trăm"),
        (
            "năm học 2024-2025",
            "năm học hai nghìn không trăm hai mươi tư đến hai nghìn không trăm hai mươi lăm",
        ),
        ("cấp 6-7, giật cấp 8-9", "cấp sáu đến bảy giật cấp tám đến chín"),
        ("thắng 2-1", "thắng hai một"),
        ("3 x 4 m", "ba nhân bốn mét"),
        ("20x30 cm", "hai mươi nhân ba mươi xăng ti mét"),
        ("≥ 18 tuổi", "lớn hơn hoặc bằng mười tám tuổi"),
        ("<5%", "nhỏ hơn năm phần trăm"),
        ("sai số ±2%", "sai số cộng trừ hai phần trăm"),
        ("tăng +2,5%", "tăng cộng hai phẩy năm phần trăm"),
        ("xuống -5 độ", "xuống âm năm độ"),
        ("rét -5°C", "rét âm năm độ xê"),
        ("- 5 người", "năm người"),
        ("-10%", "âm mười phần trăm"),
        ("rộng 1.5-2 m", "rộng một phẩy năm đến hai mét"),
    ],
)
def test_read(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("khoảng 5-3 người", "5-3"),
        ("giảm -5 xã", "-5"),
        ("1-2/0 ngày", "1-2/0"),
        ("5/2aa.gov.vn", "5/2aa.gov.vn"),
    ],
)
def test_left_to_the_editor(written: str, left: str) -> None:
    assert doubtful(written) == [left]


@given(st.integers(1, 9998), st.data(), st.sampled_from(["-", " - ", "–", "~"]))
def test_what_grows_is_a_range(first: int, data: st.DataObject, dash: str) -> None:
    last = data.draw(st.integers(first + 1, 9999))
    assert heard(f"trồng {first}{dash}{last} cây") == f"trồng {cardinal(first)} đến {cardinal(last)} cây"


def test_years_are_no_number_to_call() -> None:
    assert heard("giai đoạn 1900-1954").endswith("trăm đến một nghìn chín trăm năm mươi tư")
    assert heard("gọi 1900-1954") == "gọi một chín không không một chín năm bốn"


def test_a_falling_pair_with_the_same_word_is_left() -> None:
    assert doubtful("có 98 hộ - 5 hộ thoát nghèo") == ["98 hộ - 5"]
    assert heard("có 5 hộ - 98 hộ") == "có năm hộ đến chín mươi tám hộ"
