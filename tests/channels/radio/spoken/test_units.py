"""Units after numbers, and letters after numbers that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken.numerals import cardinal
from channels.radio.spoken.units import SYMBOLS
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("38°C", "ba mươi tám độ xê"),
        ("15,5-16,5°B", "mười lăm phẩy năm đến mười sáu phẩy năm độ vĩ bắc"),
        ("110,2 °Đ", "một trăm mười phẩy hai độ kinh đông"),
        ("5m3/giây", "năm mét khối trên giây"),
        ("50 µg/m³", "năm mươi mi cờ rô gam trên mét khối"),
        ("60 km/h", "sáu mươi ki lô mét trên giờ"),
        ("6,5 tấn/ha", "sáu phẩy năm tấn một héc ta"),
        ("1.500 người/km2", "một nghìn năm trăm người một ki lô mét vuông"),
        ("12 bác sĩ/10.000 dân", "mười hai bác sĩ trên mười nghìn dân"),
        ("3 kg gạo/khẩu/tháng", "ba ki lô gam gạo một khẩu một tháng"),
        ("100 mm/24h", "một trăm mi li mét trong hai mươi tư giờ"),
        ("5%/năm", "năm phần trăm một năm"),
        ("3‰", "ba phần nghìn"),
        ("cao 1m65", "cao một mét sáu mươi lăm"),
        ("120/80 mmHg", "một trăm hai mươi trên tám mươi mi li mét thủy ngân"),
        ("110/22kV", "một trăm mười trên hai mươi hai ki lô vôn"),
    ],
)
def test_read(written: str, expected: str) -> None:
    assert heard(written) == expected


@given(st.integers(2, 9999), st.sampled_from(sorted(SYMBOLS)))
def test_every_unit_with_and_without_a_space(n: int, symbol: str) -> None:
    expected = f"có {cardinal(n)} {SYMBOLS[symbol].lower()}"
    assert heard(f"có {n} {symbol}") == expected
    assert heard(f"có {n}{symbol}.") == expected


def test_thousands_or_thousandths_are_left() -> None:
    assert doubtful("mua 3,500 kg") == ["3,500 kg"]
    assert heard("mua 3.500 kg") == "mua ba nghìn năm trăm ki lô gam"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("giá 2.500 đồng/ kg", "giá hai nghìn năm trăm đồng một ki lô gam"),
        ("đi 5 1/2 km", "đi năm và một phần hai ki lô mét"),
        ("đạt 86,0%", "đạt tám mươi sáu phần trăm"),
        ("đạt 7,0 điểm", "đạt bảy phẩy không điểm"),
        ("có nơi >400mm", "có nơi trên bốn trăm mi li mét"),
        ("trẻ < 5 tuổi", "trẻ dưới năm tuổi"),
        ("nếu n < 10 thì", "nếu n nhỏ hơn mười thì"),
        ("nhiệt độ: - 5 độ C", "nhiệt độ âm năm độ xê"),
    ],
)
def test_beside_a_number(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    ("written", "left"),
    [("đạt 98,6%/kế hoạch", "98,6%/kế"), ("5/ngày", "5/ngày"), ("mức: - 5 %", "- 5 %")],
)
def test_what_may_be_no_rate_is_left(written: str, left: str) -> None:
    assert doubtful(written) == [left]
