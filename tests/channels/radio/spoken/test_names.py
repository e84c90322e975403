"""Abbreviations by their context, Roman numerals, places and addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken import speak
from channels.radio.spoken.abbreviations import TABLE
from channels.radio.spoken.numerals import cardinal


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("BTV Tỉnh ủy", "Ban Thường vụ Tỉnh ủy"),
        ("phóng viên, BTV của đài", "phóng viên, biên tập viên của đài"),
        ("PTV của kênh PTV", "Phát thanh viên của kênh pê tê vê"),
        ("BTC hội thi", "Ban Tổ chức hội thi"),
        ("BCH Quân sự xã", "Ban Chỉ huy Quân sự xã"),
        ("BCH Đảng bộ tỉnh", "Ban Chấp hành Đảng bộ tỉnh"),
        ("Công ty CP Giấy", "Công ty cổ phần Giấy"),
        ("UBND-HĐND xã", "Ủy ban nhân dân, Hội đồng nhân dân xã"),
        ("HĐND&UBND xã", "Hội đồng nhân dân và Ủy ban nhân dân xã"),
        ("KT - XH & Đ/c Minh", "Kinh tế xã hội và đồng chí Minh"),
        ("KT-XH & COVID-19", "Kinh tế xã hội và cô vít mười chín"),
        ("Sở KH&CN", "Sở Khoa học và Công nghệ"),
        ("chỉ số PCI", "chỉ số năng lực cạnh tranh cấp tỉnh"),
        ("mã OTP", "mã xác thực o ti pi"),
        ("thủ tục hành chính (TTHC)", "thủ tục hành chính"),
        ("Ủy ban nhân dân tỉnh (UBND tỉnh) họp", "Ủy ban nhân dân tỉnh họp"),
        ("02 (hai) nhóm", "Hai nhóm"),
        ("GS.TS Nguyễn An, ThS. Trần Bình", "Giáo sư, tiến sĩ Nguyễn An, thạc sĩ Trần Bình"),
        ("KT. CHỦ TỊCH", "Ký thay chủ tịch"),
        ("THÔNG BÁO CỦA UBND TỈNH PHÚ THỌ", "Thông báo của Ủy ban nhân dân tỉnh Phú Thọ"),
        ("Đ/c: số 5", "Địa chỉ: số năm"),
        ("P. Gia Cẩm, TP.Việt Trì, Q.1", "Phường Gia Cẩm, thành phố Việt Trì, quận một"),
        ("khu vực I, II và III", "khu vực một, hai và ba"),
        ("cấp I-III", "cấp một đến ba"),
        ("thứ IV, lần thứ I", "thứ tư, lần thứ nhất"),
        ("Nữ hoàng Elizabeth II", "Nữ hoàng Elizabeth đệ nhị"),
        ("xe hạng C, hạng B2", "xe hạng xê, hạng bê hai"),
        ("xe 19A-123.45", "xe mười chín a một hai ba bốn năm"),
        ("ngõ 12/34, tổ 5B", "ngõ mười hai trên ba mươi tư, tổ năm bê"),
        ("COVID-19, H5N1, 5G", "Cô vít mười chín, hát năm en một, năm gi"),
        (
            "dịch vụ tại https://phutho.gov.vn/a?b=1.",
            "dịch vụ tại địa chỉ Phú Thọ chấm gốp chấm vi en.",
        ),
        ("email vanthu@phutho.gov.vn", "email văn thư a còng Phú Thọ chấm gốp chấm vi en"),
    ],
)
def test_a_name_is_read_as_it_is_said(written: str, spoken: str) -> None:
    assert speak(written).text == spoken
    assert not speak(written).flags


@pytest.mark.parametrize("written", ["QWZX", "CĐ"])
def test_what_is_unknown_takes_nothing_along_that_is_written_apart(written: str) -> None:
    assert speak(f"{written} - UBND xã").text == f"{written}, Ủy ban nhân dân xã"


@pytest.mark.parametrize("written", ["BTC", "CV", "CĐ", "QWZX", "BTV", "chị X", "size XL"])
def test_what_cannot_be_decided_stays_as_it_is_written(written: str) -> None:
    assert speak(f"Có {written} mới").text == f"Có {written} mới"


def test_an_ambiguous_abbreviation_is_flagged_with_what_it_may_be() -> None:
    (flag,) = speak("Có BTV mới.").flags
    assert flag.written == "BTV"
    assert "Ban Thường vụ" in flag.why
    assert "biên tập viên" in flag.why


def test_an_abbreviation_that_the_text_writes_out_is_known_in_all_of_it() -> None:
    spoken = speak("Hội đồng cứu trợ vùng cao (HĐCTVC) họp. HĐCTVC gồm năm người.")
    assert spoken.text == "Hội đồng cứu trợ vùng cao họp. Hội đồng cứu trợ vùng cao gồm năm người."
    assert not spoken.flags


@given(
    st.sampled_from(
        [word for word, rows in TABLE.items() if not any(row.before or row.after for row in rows)]
    )
)
def test_every_abbreviation_without_a_context_is_read_and_its_reading_stays(written: str) -> None:
    spoken = speak(f"nói về {written} hôm nay")
    assert TABLE[written][0].spoken in spoken.text
    assert speak(spoken.text).text == spoken.text


def test_a_heading_is_numbered_where_its_neighbour_is_too() -> None:
    assert speak("I. Mục đích\nII. Yêu cầu").text == "Một. Mục đích\nHai. Yêu cầu"
    assert speak("V. Hùng kể lại").text == "V. Hùng kể lại"


@given(st.integers(1, 39))
def test_a_roman_numeral_after_its_word_is_a_number(value: int) -> None:
    tens, ones = divmod(value, 10)
    roman = "X" * tens + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][ones]
    assert speak(f"Phụ lục {roman} kèm theo").text == f"Phụ lục {cardinal(value)} kèm theo"
