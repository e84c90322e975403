"""What schedules, forms and messages write short: weekdays, quarters, blanks, lists, called numbers."""

from __future__ import annotations

import pytest

from channels.radio.spoken import speak
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Tiếp dân sáng T3 và chiều T5.", "tiếp dân sáng thứ ba và chiều thứ năm"),
        ("Mở cửa T2-T6.", "mở cửa thứ hai đến thứ sáu"),
        ("Nghỉ T7, CN.", "nghỉ thứ bảy chủ nhật"),
        ("Hạn cuối: T4, 02/12.", "hạn cuối thứ tư ngày mùng hai tháng mười hai"),
        ("Xong trước Q3/2027.", "xong trước quý ba năm hai nghìn không trăm hai mươi bảy"),
        ("Thu phí hết T11.", "thu phí hết tháng mười một"),
        ("Phòng họp tòa T5.", "phòng họp tòa tê năm"),
        ("MỪNG NGÀY QUỐC TẾ PHỤ NỮ 8-3", "mừng ngày quốc tế phụ nữ mùng tám tháng ba"),
    ],
)
def test_a_day_or_a_quarter_written_short(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize("written", ["T7 này họp thôn", "Họp lúc 26h15", "Lịch tập 8-10, xem bảng tin"])
def test_what_may_be_two_things_or_none_is_left(written: str) -> None:
    assert doubtful(written)


@pytest.mark.parametrize(
    "written",
    [
        "Quyết định số …/QĐ-UBND về thu hồi đất",
        "Phú Thọ, ngày ... tháng ... năm 2026",
        "Tôi tên là ................ sinh ngày .../.../.....",
        "Số: ____/GM-UBND",
    ],
)
def test_a_form_with_blanks_is_never_sure(written: str) -> None:
    spoken = speak(written)
    assert {"blank"} == {piece.rule for piece in spoken.flags}
    assert speak(spoken.text).text == spoken.text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Hồ sơ gồm: + đơn; + 02 ảnh.", "hồ sơ gồm đơn hai ảnh"),
        ("i) thật thà; ii) dũng cảm.", "một thật thà hai dũng cảm"),
        ("Lan tỏa #NướcSạch.", "lan tỏa nước sạch"),
        ("Ao rộng 20m x dài 30m", "ao rộng hai mươi mét dài ba mươi mét"),
        ("các điểm b, c và đ khoản 2", "các điểm bê xê và đê khoản hai"),
        ("Nhóm máu B, viêm gan C, vitamin D", "nhóm máu bê viêm gan xê vitamin dê"),
        ("VƯỢT BÁO ĐỘNG II", "vượt báo động hai"),
        ("thôn 3 - thôn 6", "thôn ba đến thôn sáu"),
        ("ghi bàn phút 45+2", "ghi bàn phút bốn mươi lăm cộng hai"),
        ("đội hình 3-5-2", "đội hình ba năm hai"),
    ],
)
def test_lists_letters_and_steps(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Gọi 114 báo cháy; 115 cấp cứu.", "gọi một một bốn báo cháy một một năm cấp cứu"),
        ("Soạn UH gửi 1409", "một bốn không chín"),
        ("Công an (113)", "công an một một ba"),
        ("Số báo danh 000217", "số báo danh không không không hai một bảy"),
        ("đường dây 220 kV", "đường dây hai trăm hai mươi ki lô vôn"),
        ("hỗ trợ 114 hộ; 115 xã", "hỗ trợ một trăm mười bốn hộ một trăm mười lăm xã"),
    ],
)
def test_called_numbers_and_counts_beside_each_other(written: str, expected: str) -> None:
    assert heard(written).endswith(expected)


@pytest.mark.parametrize("written", ["12/QĐX-9a1", "3/4/5/6", "1.2.3.4-5", "XYZ-K", "45:99/7"])
def test_a_figure_is_read_whole_or_left_whole(written: str) -> None:
    assert speak(f"Theo {written} đã nêu").text == f"Theo {written} đã nêu"
    assert doubtful(f"Theo {written} đã nêu") == [written]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("chỉ 2/5 hộ đạt, 3/5 ao còn lại không", "ba phần năm ao còn lại không"),
        ("đã đi 3/4 chặng", "ba phần tư chặng"),
        ("bản đồ tỷ lệ 1/25.000", "một trên hai mươi lăm nghìn"),
        ("đến nay 12/12 xã xong", "mười hai trên mười hai xã xong"),
        ("chiều nay 3/4, trời mưa", "ngày mùng ba tháng tư trời mưa"),
        ("vốn 95 tr.đ", "chín mươi lăm triệu đồng"),
        ("bón 5 kg phân NPK/sào", "en pê ca một sào"),
        ("rải 3 kg vôi/100 m2", "trên một trăm mét vuông"),
        ("tăng -0,8 điểm", "tăng âm không phẩy tám điểm"),
        ("hướng dẫn tại trang 4-7", "bốn đến bảy"),
    ],
)
def test_fractions_sums_and_rates(written: str, expected: str) -> None:
    assert expected in heard(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "Nghị quyết số 66.2/2025/NQ-CP",
            "nghị quyết số sáu mươi sáu chấm hai năm hai nghìn không trăm hai mươi lăm của chính phủ",
        ),
        ("Sở Y tế nêu tại Công văn số 45/SYT-NVY", "sở y tế nêu tại công văn số bốn mươi lăm"),
        ("Sở GD&ĐT ban hành Kế hoạch 12/KH-SGDĐT", "sở giáo dục và đào tạo ban hành kế hoạch mười hai"),
        ("Mẫu số 03-CT01", "mẫu số ba xê tê không một"),
    ],
)
def test_codes_with_a_series_and_an_issuer_named_before(written: str, expected: str) -> None:
    assert heard(written) == expected
