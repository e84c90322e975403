"""Signs and spacing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken import speak
from channels.radio.spoken.marks import tidy


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Kết thúc./.", "Kết thúc."),
        ("“Toàn dân đoàn kết”", "Toàn dân đoàn kết"),
        ("tỉnh (cũ) đã họp", "tỉnh, cũ, đã họp"),
        ("Chú ý 🔥 ngay", "Chú ý ngay"),
        ("Độc lập - Tự do", "Độc lập, Tự do"),
        ("ki-lô-mét", "ki lô mét"),
        ("xã/phường và/hoặc thôn", "xã, phường và hoặc thôn"),
        ("lượt người/năm", "lượt người một năm"),
        ("ngô, khoai, ...", "ngô, khoai, vân vân."),
        ("còn nữa... rồi đi", "còn nữa, rồi đi"),
        ("- Một\n- Hai", "Một\nHai"),
        ("a) Một;\nb) Hai", "a, Một;\nbê, Hai"),
        ("điện & nước", "điện và nước"),
        ("thông\u00adtin", "thôngtin"),
        ("bà T., ông H.", "bà T, ông H."),
        ("sản phẩm OCOP 3*, 4*", "sản phẩm ô cốp ba sao, bốn sao"),
        ("giá 5*", "giá năm"),
        ("| Tên | Tuổi |", "Tên, Tuổi"),
    ],
)
def test_a_sign_is_a_pause_a_word_or_nothing(written: str, spoken: str) -> None:
    assert speak(written).text == spoken


@pytest.mark.parametrize("written", ["日本", "Привет", "∑", "₿"])
def test_a_sign_that_nobody_knows_stays_and_is_flagged(written: str) -> None:
    spoken = speak(f"Có {written} ở đây")
    assert written in spoken.text
    assert [flag.written for flag in spoken.flags] == [written]


@given(st.text(alphabet="aB ,.;:!?…\n\t-()", max_size=40))
def test_tidy_text_is_tidy(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert "  " not in once


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("1/ Thành phần hồ sơ", "Một, Thành phần hồ sơ"),
        ("Các bước: 1/ Nộp hồ sơ; 2/ nhận kết quả", "Các bước: một, Nộp hồ sơ; hai, nhận kết quả"),
        ("a/ Họp; b/ 100% chi bộ", "a, Họp; bê, một trăm phần trăm chi bộ"),
        ("tối đa 5/ 10 điểm", "tối đa năm trên mười điểm"),
    ],
)
def test_an_entry_of_a_list_is_numbered(written: str, spoken: str) -> None:
    assert speak(written).text == spoken


@pytest.mark.parametrize("written", ["A-B", "CB, CC, VC", "NĐ-CP; NĐ CP", "P. 0,0 ", "#1", "Lê Văn B.,"])
def test_what_is_spoken_once_is_not_read_otherwise(written: str) -> None:
    once = speak(written).text
    assert speak(once).text == once


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Việt Trì → Đền Hùng", "Việt Trì, Đền Hùng"),
        ("Nộp hồ sơ => nhận kết quả", "Nộp hồ sơ, nhận kết quả"),
        ("bước 1 → bước 2 → bước 3", "bước một, bước hai, bước ba"),
        ("phím 1 → 2 → 3", "phím một, hai, ba"),
        ("Giá lợn ▼ 500 đồng", "Giá lợn giảm năm trăm đồng"),
        ("Giá lợn giảm ▼ 500 đồng", "Giá lợn giảm năm trăm đồng"),
        ("❌ Không đốt rơm rạ", "Không đốt rơm rạ"),
        ("từ 15.000 → 12.000 đồng", "từ mười lăm nghìn đến mười hai nghìn đồng"),
        ("4 lớp x 45 em", "Bốn lớp nhân bốn mươi lăm em"),
        ("trên BĐ3 0,12 m", "trên báo động ba, không phẩy một hai mét"),
    ],
)
def test_an_arrow_or_a_picture_says_what_it_means(written: str, spoken: str) -> None:
    read = speak(written)
    assert read.text == spoken
    assert not read.flags


@pytest.mark.parametrize("sign", ["❌ Đốt rơm rạ", "🚫 Tụ tập", "giá 500 đồng ▲"])
def test_a_picture_that_no_word_repeats_is_flagged(sign: str) -> None:
    assert speak(sign).flags
