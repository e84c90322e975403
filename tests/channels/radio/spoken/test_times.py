"""Times of day, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken.numerals import cardinal
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("lúc 7h", "lúc bảy giờ"),
        ("7h30", "bảy giờ ba mươi phút"),
        ("7h30'", "bảy giờ ba mươi phút"),
        ("7g30", "bảy giờ ba mươi phút"),
        ("lúc 7g", "lúc bảy giờ"),
        ("7g muối", "bảy gam muối"),
        ("07:30", "bảy giờ ba mươi phút"),
        ("5:00 và 17:15", "năm giờ và mười bảy giờ mười lăm phút"),
        ("7:30:15", "bảy giờ ba mươi phút mười lăm giây"),
        ("7h-11h30", "bảy giờ đến mười một giờ ba mươi phút"),
        ("7-11h30", "bảy đến mười một giờ ba mươi phút"),
        ("13h30 - 17h00", "mười ba giờ ba mươi phút đến mười bảy giờ"),
        ("từ 7 giờ 30 đến 11 giờ", "từ bảy giờ ba mươi đến mười một giờ"),
        ("7:30 AM", "bảy giờ ba mươi phút sáng"),
        ("2 PM", "hai giờ chiều"),
        ("phục vụ 24/24", "phục vụ hai mươi tư trên hai mươi tư"),
        ("trực 24/7", "trực hai mươi tư trên bảy"),
        ("khám miễn phí 24/7", "khám miễn phí hai mươi tư trên bảy"),
        ("miễn phí 24/7 - 30/7", "miễn phí hai mươi tư tháng bảy đến ba mươi tháng bảy"),
        ("ngày 24/7", "ngày hai mươi tư tháng bảy"),
        ("8 giờ/ngày", "tám giờ một ngày"),
        ("trong 15'", "trong mười lăm phút"),
        ("1'30\"", "một phút ba mươi giây"),
        ("21°19'", "hai mươi mốt độ mười chín phút"),
        ("4p30s", "bốn phút ba mươi giây"),
    ],
)
def test_read(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    ("written", "left"), [("lúc 27:30", "27:30"), ("từ 24/7", "24/7"), ("miễn phí từ 24/7", "24/7")]
)
def test_left_to_the_editor(written: str, left: str) -> None:
    assert doubtful(written) == [left]


@given(st.integers(0, 23), st.integers(1, 59), st.sampled_from(["{}h{:02}", "{:02}:{:02}", "{}g{:02}"]))
def test_every_minute(hour: int, minute: int, form: str) -> None:
    assert heard(f"lúc {form.format(hour, minute)}") == f"lúc {cardinal(hour)} giờ {cardinal(minute)} phút"


def test_a_point_before_minutes_may_be_of_the_clock_or_of_a_decimal() -> None:
    assert doubtful("lúc 11.30 phút") == ["11.30"]


@pytest.mark.parametrize("written", ["1h25'30\"", "1h25p30s", "1 giờ 25'30\"", "1:25:30"])
def test_seconds_however_they_are_written(written: str) -> None:
    assert heard(f"thành tích {written}.") == "thành tích một giờ hai mươi lăm phút ba mươi giây"
