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
        ("tối đa 5/ 10 điểm", "tối đa năm trên mười điểm"),
    ],
)
def test_an_entry_of_a_list_is_numbered(written: str, spoken: str) -> None:
    assert speak(written).text == spoken


@pytest.mark.parametrize("written", ["A-B", "CB, CC, VC", "NĐ-CP; NĐ CP", "#1", "Lê Văn B.,"])
def test_what_is_spoken_once_is_not_read_otherwise(written: str) -> None:
    once = speak(written).text
    assert speak(once).text == once
