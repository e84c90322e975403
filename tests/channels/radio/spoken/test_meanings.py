"""Abbreviations that mean several things: what stands beside them decides, else an editor does."""

from __future__ import annotations

import pytest

from channels.radio.spoken import speak
from tests.channels.radio.spoken.reading import doubtful


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("các tổ chức CT-XH", "các tổ chức chính trị xã hội"),
        ("tình hình CT - XH", "tình hình chính trị xã hội"),
        ("nhân viên CTXH", "nhân viên công tác xã hội"),
        ("CQĐT Công an tỉnh", "Cơ quan điều tra Công an tỉnh"),
        ("xây dựng CQĐT", "xây dựng chính quyền điện tử"),
        ("BBT Trung ương", "Ban Bí thư Trung ương"),
        ("BV rừng", "Bảo vệ rừng"),
        ("nhập BV", "nhập bệnh viện"),
        ("GS giao thông", "Giám sát giao thông"),
        ("GS Nguyễn Văn Huy", "Giáo sư Nguyễn Văn Huy"),
        ("ông Nam - TP Tổ chức", "ông Nam, trưởng phòng Tổ chức"),
        ("TP Việt Trì", "Thành phố Việt Trì"),
        ("P.CSGT", "Phòng cảnh sát giao thông"),
        ("trường MN Hoa Sen", "trường mầm non Hoa Sen"),
        ("DTTS và MN", "Dân tộc thiểu số và miền núi"),
        ("xử lý VP giao thông", "xử lý vi phạm giao thông"),
        ("CT 135", "Chương trình một trăm ba mươi lăm"),
        ("cuối TK 19", "cuối thế kỷ mười chín"),
        ("TK 0123", "Tài khoản không một hai ba"),
        ("BTC hội khỏe Phù Đổng", "Ban Tổ chức hội khỏe Phù Đổng"),
        ("trực tiếp trên PTV", "trực tiếp trên pê tê vê"),
        ("TNHH MTV Cao su", "Trách nhiệm hữu hạn một thành viên Cao su"),
        ("tại SEA Games 33", "tại xi ghêm ba mươi ba"),
        ("vắc xin DPT", "vắc xin đê pê tê"),
        ("UBND tỉnh (để b/c)", "Ủy ban nhân dân tỉnh, để báo cáo"),
        ("CB, CC, VC", "Cán bộ, công chức, viên chức"),
        ("KP3", "Khu phố ba"),
        ("mức BĐ1–BĐ3", "mức báo động một đến báo động ba"),
        ("trên BĐ III", "trên báo động ba"),
        ("KHU II", "Khu hai"),
        ("ông Ba, SN 1985", "ông Ba, sinh năm một nghìn chín trăm tám mươi lăm"),
        ("SN 25 đường Lê Lợi", "Số nhà hai mươi lăm đường Lê Lợi"),
    ],
)
def test_by_what_stands_beside_it(written: str, spoken: str) -> None:
    read = speak(written)
    assert read.text == spoken
    assert not read.flags


@pytest.mark.parametrize("written", ["CT-XH", "CQĐT", "BBT", "MN", "KTTT", "đ.tượng", "TTTT", "VP", "BCT"])
def test_alone_it_is_left(written: str) -> None:
    assert doubtful(f"về {written}.") == [written]


@pytest.mark.parametrize("name", ["MTV-X9", "DN-K2", "RLHJC4*31"])
def test_a_code_of_a_name_is_left_whole(name: str) -> None:
    assert doubtful(f"nhóm {name} về đây") == [name]


def test_an_abbreviation_beside_an_english_word_is_no_vietnamese_one() -> None:
    assert doubtful("nhóm PTV Digital") == ["PTV"]


@pytest.mark.parametrize("name", ["Nguyễn Văn {}", "bà {}", "bị cáo {}"])
@pytest.mark.parametrize("initial", ["A", "B", "H", "T"])
def test_an_initial_of_a_person_stays_whatever_letter_it_is(name: str, initial: str) -> None:
    written = f"Do {name.format(initial)} khai"
    assert speak(written).text == written


def test_a_letter_that_is_no_initial_is_named() -> None:
    assert speak("vitamin B, nhóm A-B-C").text == "vitamin bê, nhóm a bê xê"
