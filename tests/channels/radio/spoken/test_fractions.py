"""Fractions, counts of a whole and ratios."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken.numerals import cardinal
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Trên 2/3 số đại biểu", "trên hai phần ba số đại biểu"),
        ("hơn 3/4 diện tích", "hơn ba phần tư diện tích"),
        ("15/15 xã", "mười lăm trên mười lăm xã"),
        ("có 4/5 xã", "có bốn trên năm xã"),
        ("28/33 chỉ tiêu", "hai mươi tám trên ba mươi ba chỉ tiêu"),
        ("5 1/2", "năm và một phần hai"),
        ("1/2kg", "một phần hai ki lô gam"),
        ("½ ha", "một phần hai héc ta"),
        ("tỷ lệ 1/500", "tỷ lệ một trên năm trăm"),
        ("tỷ lệ 1:500", "tỷ lệ một trên năm trăm"),
        ("Vụ mùa 2025: 6,5 tấn", "vụ mùa hai nghìn không trăm hai mươi lăm sáu phẩy năm tấn"),
        ("chiếm từ 1/3 đến 1/2 số hộ", "chiếm từ một phần ba đến một phần hai số hộ"),
        ("một ngày 10/12 xã", "một ngày mười trên mười hai xã"),
        ("số nhà 12/5", "số nhà mười hai trên năm"),
        (
            "niên vụ 2024/2025",
            "niên vụ hai nghìn không trăm hai mươi tư đến hai nghìn không trăm hai mươi lăm",
        ),
    ],
)
def test_read(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize("written", ["3/4", "45/13", "1/0", "30/4 trường"])
def test_left_to_the_editor(written: str) -> None:
    assert doubtful(f"Kết quả: {written}.") == [written.split()[0]]


@given(st.integers(13, 999), st.data())
def test_so_many_of_so_many(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(1, whole))
    assert heard(f"đạt {part}/{whole} hộ") == f"đạt {cardinal(part)} trên {cardinal(whole)} hộ"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("đạt 1/3 kế hoạch", "đạt một phần ba kế hoạch"),
        ("Giảm 1/2 tiền thuê đất", "giảm một phần hai tiền thuê đất"),
        ("giảm đến 1/2 tiền thuê", "giảm đến một phần hai tiền thuê"),
        ("lấn chiếm 3/4 lòng đường từ ngày 3/4", "lấn chiếm ba phần tư lòng đường từ ngày mùng ba tháng tư"),
        ("Thi công 2/3 tuyến ĐT.314", "thi công hai phần ba tuyến đường tỉnh ba trăm mười bốn"),
        ("Chiếm 2/5", "chiếm hai phần năm"),
        ("Uống 1/2 viên", "uống một phần hai viên"),
        ("Nghỉ 1/2 ngày", "nghỉ một phần hai ngày"),
        ("Thị lực mắt phải 10/10, mắt trái 7/10", "thị lực mắt phải mười trên mười mắt trái bảy trên mười"),
        ("chưa đến 1/2 giây", "chưa đến một phần hai giây"),
        ("ngập đến 3/4 mét", "ngập đến ba phần tư mét"),
        ("kéo dài đến 1/2 tháng.", "kéo dài đến một phần hai tháng"),
        ("số người chết giảm 1/3.", "số người chết giảm một phần ba"),
        ("gãy 1/3 trên xương đùi", "gãy một phần ba trên xương đùi"),
        ("31 em thì 2/3 là nữ", "ba mươi mốt em thì hai phần ba là nữ"),
        ("chỉ bán được 1/2 con lợn", "chỉ bán được một phần hai con lợn"),
        ("chuyển nhượng 1/2 thửa đất", "chuyển nhượng một phần hai thửa đất"),
        ("Có 1/3 đề tài", "có một phần ba đề tài"),
        ("được 12/12 chi hội hưởng ứng", "được mười hai trên mười hai chi hội hưởng ứng"),
    ],
)
def test_what_only_a_share_or_a_mark_can_be(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("hạn đến 1/2 năm nay", "hạn đến ngày mùng một tháng hai năm nay"),
        ("từ 1/2 cân đối ngân sách", "từ ngày mùng một tháng hai cân đối ngân sách"),
        ("từ 1/3 ngân hàng giảm lãi", "từ ngày mùng một tháng ba ngân hàng giảm lãi"),
        ("nộp đến 1/2.", "nộp đến ngày mùng một tháng hai"),
    ],
)
def test_a_day_is_no_share_of_what_comes_next(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "Giá xăng giảm 1/3",
        "mua 2/3 con bò",
        "trong đó 1/6 là ngày lễ",
        "Từ 1/2 tiếng trống",
        "Đến 3/4 năm học",
        "tồn tại từ 1/2 năm trước",
    ],
)
def test_what_may_be_a_share_is_left(written: str) -> None:
    assert len(doubtful(written)) == 1


@pytest.mark.parametrize(
    "written", ["Từ 3/4 lòng đường", "từ 12/12 chi hội", "nợ 3/6 tháng", "giảm 1/7.", "mất 5/8, thọ 90 tuổi"]
)
def test_a_share_or_a_day_is_left(written: str) -> None:
    assert doubtful(written) == [written.split()[1].strip(".,")]
