"""Days, months and quarters; a day and a fraction look alike, and which it is stands around them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken.numerals import cardinal
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Sáng 26/4", "sáng ngày hai mươi sáu tháng tư"),
        ("chiều nay (5/10)", "chiều nay ngày mùng năm tháng mười"),
        ("thứ Hai, 23/11", "thứ hai ngày hai mươi ba tháng mười một"),
        ("ngày 30/4 và 1/5", "ngày ba mươi tháng tư và mùng một tháng năm"),
        ("lễ Quốc khánh 2/9", "lễ quốc khánh mùng hai tháng chín"),
        ("từ 20-25/11", "từ ngày hai mươi đến hai mươi lăm tháng mười một"),
        (
            "từ ngày 20-25/11/2026",
            "từ ngày hai mươi đến hai mươi lăm tháng mười một năm hai nghìn không trăm hai mươi sáu",
        ),
        ("từ ngày 01/7 đến 15/8", "từ ngày mùng một tháng bảy đến ngày mười lăm tháng tám"),
        ("từ 28/4-3/5", "từ ngày hai mươi tám tháng tư đến ngày mùng ba tháng năm"),
        ("từ 30/4 đến hết 03/5", "từ ngày ba mươi tháng tư đến hết ngày mùng ba tháng năm"),
        ("từ 5 đến 10/11", "từ ngày mùng năm đến mùng mười tháng mười một"),
        ("các ngày 3, 4 và 5/11", "các ngày mùng ba mùng bốn và mùng năm tháng mười một"),
        ("ngày 5 tháng 4 năm 2025", "ngày mùng năm tháng tư năm hai nghìn không trăm hai mươi lăm"),
        ("từ ngày 5 đến ngày 10 tháng 11", "từ ngày mùng năm đến ngày mùng mười tháng mười một"),
        ("ngày 30-4", "ngày ba mươi tháng tư"),
        ("ngày 20-25", "ngày hai mươi đến hai mươi lăm"),
        ("ngày 3-5 tháng 4", "ngày mùng ba đến mùng năm tháng tư"),
        ("mùng 3/3 âm lịch", "mùng ba tháng ba âm lịch"),
        ("họp ngày 22-11-2026", "họp ngày hai mươi hai tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("họp 22.11.2026", "họp ngày hai mươi hai tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("họp 2026-11-22", "họp ngày hai mươi hai tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("tháng 4/2025", "tháng tư năm hai nghìn không trăm hai mươi lăm"),
        ("tháng 7-9", "tháng bảy đến chín"),
        ("tháng 7-9/2025", "tháng bảy đến chín năm hai nghìn không trăm hai mươi lăm"),
        ("tháng 11, 12", "tháng mười một mười hai"),
        ("hết 3/2025", "hết tháng ba năm hai nghìn không trăm hai mươi lăm"),
        ("quý III/2025", "quý ba năm hai nghìn không trăm hai mươi lăm"),
        ("quý 1/2025", "quý một năm hai nghìn không trăm hai mươi lăm"),
        ("mỗi ngày 2 buổi", "mỗi ngày hai buổi"),
        ("mỗi tháng 4 buổi", "mỗi tháng bốn buổi"),
        ("mùng 2-5 Tết", "mùng hai đến mùng năm tết"),
        ("trong hai ngày 27 và 28/11", "trong hai ngày hai mươi bảy và hai mươi tám tháng mười một"),
        ("19/8/1945", "ngày mười chín tháng tám năm một nghìn chín trăm bốn mươi lăm"),
    ],
)
def test_read(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("ngày 31/02", "31/02"),
        ("sáng 45/13", "45/13"),
        ("ngày 30/02/2025", "30/02/2025"),
        ("ngày 3-5", "3-5"),
        ("tháng 13/2025", "13/2025"),
        ("sinh ngày 5/4/85", "5/4/85"),
        ("kết quả 3/4", "3/4"),
        ("đạt 8/2025", "8/2025"),
    ],
)
def test_left_to_the_editor(written: str, left: str) -> None:
    assert doubtful(written) == [left]


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]))
def test_every_day(day: date, form: str) -> None:
    mung = "mùng " if day.day <= 10 else ""
    month = "tư" if day.month == 4 else cardinal(day.month)
    expected = f"ngày {mung}{cardinal(day.day)} tháng {month} năm {cardinal(day.year)}"
    assert heard(f"Ngày {day.strftime(form)}") == expected


@given(st.dates(date(2000, 1, 1), date(2000, 12, 31)))
def test_a_day_is_never_a_fraction_after_its_words(day: date) -> None:
    said = heard(f"Sáng {day.day}/{day.month}, xã họp")
    assert "phần" not in said
    assert "trên" not in said
    assert f"tháng {'tư' if day.month == 4 else cardinal(day.month)} xã họp" in said


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Chiều nay 2/3 xã đã xong", "chiều nay hai phần ba xã đã xong"),
        ("Chiều 2/3 xã họp", "chiều ngày mùng hai tháng ba xã họp"),
        ("Sáng mai 2/3", "sáng mai ngày mùng hai tháng ba"),
        ("mùng 5-1", "mùng năm tháng một"),
        ("T1-T3", "tháng một đến tháng ba"),
        ("T2-T6", "thứ hai đến thứ sáu"),
        ("trả kết quả trong 7 - 10 ngày làm việc", "trả kết quả trong bảy đến mười ngày làm việc"),
    ],
)
def test_a_day_is_told_from_what_looks_like_one(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ngày 5-7, Hội đồng họp", "ngày mùng năm tháng bảy hội đồng họp"),
        ("Khoảng 7h ngày 5-6, xe con hỏng", "khoảng bảy giờ ngày mùng năm tháng sáu xe con hỏng"),
        ("Lúc 2h sáng 7-9, kẻ gian vào", "lúc hai giờ sáng ngày mùng bảy tháng chín kẻ gian vào"),
        ("Chiều 2-9, đội thắng", "chiều ngày mùng hai tháng chín đội thắng"),
        (
            "THÁNG 10/2026, QUÝ IV/2026",
            "tháng mười năm hai nghìn không trăm hai mươi sáu quý bốn năm hai nghìn không trăm hai mươi sáu",
        ),
        ("đêm 28/8 ➡ 30/8", "đêm ngày hai mươi tám tháng tám đến ngày ba mươi tháng tám"),
        ("tháng 3 → tháng 5", "tháng ba đến tháng năm"),
        ("thứ 2 → thứ 6", "thứ hai đến thứ sáu"),
        ("7h -> 11h", "bảy giờ đến mười một giờ"),
        ("thứ 3-5-7", "thứ ba thứ năm thứ bảy"),
        ("dịp 8/3 hội phụ nữ tặng quà", "dịp mùng tám tháng ba hội phụ nữ tặng quà"),
        ("nghỉ từ 30-4 đến 3-5", "nghỉ từ ngày ba mươi tháng tư đến ngày mùng ba tháng năm"),
        ("Khai giảng 5/9", "khai giảng mùng năm tháng chín"),
    ],
)
def test_one_day_and_from_one_to_another(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "Ngày {5-7}, Bắc Bộ có mưa.",
        "Các ngày {5-7}, Ủy ban tiếp dân.",
        "Từ ngày {5-7}, Công an làm việc.",
        "Từ 7h ngày {5-6}, tạm ngừng cấp điện.",
        "Sáng {5-6} hộ đến.",
        "Ngày {3-5}, uống 2 viên.",
        "Ghi chú: {5-7}.",
        "Kết quả: {12/5}.",
        "Đề nghị xem {12/5}.",
        "Đề nghị xem {5-7}.",
        "Liên hệ số {38-47} để biết thêm.",
    ],
)
def test_a_pair_that_nothing_beside_it_explains_is_left(written: str) -> None:
    left = written[written.index("{") + 1 : written.index("}")]
    assert doubtful(written.replace("{", "").replace("}", "")) == [left]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ngày Môi trường thế giới 5/6, toàn xã", "mùng năm tháng sáu toàn xã"),
        ("Ngày Vi chất dinh dưỡng 1 - 2/12", "mùng một đến mùng hai tháng mười hai"),
        ("Ngày Thế giới phòng, chống lao (24/3)", "hai mươi tư tháng ba"),
        ("Ngày Pháp luật 9/11", "mùng chín tháng mười một"),
        ("Ngày Chủ nhật xanh có 2/3 học sinh", "hai trên ba học sinh"),
    ],
)
def test_a_day_after_the_name_of_what_is_kept(written: str, expected: str) -> None:
    assert heard(written).endswith(expected)
