"""Money, and what it is reckoned by."""

from __future__ import annotations

import pytest

from channels.radio.spoken import speak
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("25.000 đồng/kg", "hai mươi lăm nghìn đồng một ki lô gam"),
        ("150.000đ/người/tháng", "một trăm năm mươi nghìn đồng một người một tháng"),
        ("500.000 VNĐ", "năm trăm nghìn đồng"),
        ("10₫", "mười đồng"),
        ("2 tỷ 500 triệu đồng", "hai tỷ năm trăm triệu đồng"),
        ("2,5 tỷ đồng", "hai phẩy năm tỷ đồng"),
        ("100tr", "một trăm triệu"),
        ("1tr5 vnd", "một triệu năm trăm nghìn đồng"),
        ("$100", "một trăm đô la mỹ"),
        ("1,2 triệu USD", "một phẩy hai triệu đô la mỹ"),
        ("€50", "năm mươi ơ rô"),
        ("giá 15k/kg", "giá mười lăm nghìn một ki lô gam"),
        ("vài triệu đồng/ha", "vài triệu đồng một héc ta"),
        ("5-7 triệu đồng/tháng", "năm đến bảy triệu đồng một tháng"),
        ("50.000đ-100.000đ", "năm mươi nghìn đồng đến một trăm nghìn đồng"),
        ("900 triệu - 1 tỷ đồng", "chín trăm triệu đến một tỷ đồng"),
    ],
)
def test_read(written: str, expected: str) -> None:
    assert heard(written) == expected


def test_k_is_thousands_for_sure_only_where_money_is_spoken_of() -> None:
    assert speak("vé 15k").flags == ()
    assert [piece.written for piece in speak("chạy 15k").flags] == ["15k"]


def test_a_word_that_begins_like_the_currency_is_none() -> None:
    assert heard("thưởng 5 đồng") == "thưởng năm đồng"
    assert doubtful("có 3.5 đồng chí") == ["3.5"]
