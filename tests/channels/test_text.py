"""Vietnamese sentences end where they end, and shortening breaks nothing that readers see as one sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.text import sentences, shorten, spans, utf16
from tests.channels import documents

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Người dân TP. Việt Trì nộp 15.000 hồ sơ. Hết.",
            ["Người dân TP. Việt Trì nộp 15.000 hồ sơ.", "Hết."],
        ),
        ("PGS.TS. Nguyễn phát biểu. Ông nói tiếp.", ["PGS.TS. Nguyễn phát biểu.", "Ông nói tiếp."]),
        ("Gồm đất đai, hộ tịch v.v. và y tế.", ["Gồm đất đai, hộ tịch v.v. và y tế."]),
        ("Gồm đất đai, v.v. Người dân nộp.", ["Gồm đất đai, v.v.", "Người dân nộp."]),
        ("1. Tên thủ tục. 2. Thời hạn.", ["1. Tên thủ tục.", "2. Thời hạn."]),
        ("Câu 1. Nộp ở đâu? Tại xã.", ["Câu 1. Nộp ở đâu?", "Tại xã."]),
        ("Đến năm 2026. Rồi quý I. Tiếp theo.", ["Đến năm 2026.", "Rồi quý I.", "Tiếp theo."]),
        ("Ông nói: “Làm ngay. Đừng chờ.” Rồi về.", ["Ông nói: “Làm ngay. Đừng chờ.”", "Rồi về."]),
        ("“Có đúng không?” bà hỏi. Đúng.", ["“Có đúng không?” bà hỏi.", "Đúng."]),
        ("Anh “mở rồi quên. Câu sau.", ["Anh “mở rồi quên.", "Câu sau."]),
        ("Theo luật (Điều 5. Phạm vi) mới. Hết.", ["Theo luật (Điều 5. Phạm vi) mới.", "Hết."]),
        ("Bài của N.V.B. Hà Nội… và nữa", ["Bài của N.V.B. Hà Nội… và nữa"]),
        ("Dòng một\nDòng hai", ["Dòng một", "Dòng hai"]),
        ("Quyết định 9043/QĐ-UBND. 148 xã nộp!", ["Quyết định 9043/QĐ-UBND.", "148 xã nộp!"]),
        ("  ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


@given(st.text(alphabet='aĐ.?!…“”"() \n1Vv', max_size=200))
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    ends = [at for span in spans(text) for at in span]
    assert ends == sorted(ends)


def test_length_is_counted_in_utf16_units() -> None:
    assert (utf16("Việt"), utf16("👍"), utf16(FAMILY)) == (4, 2, 8)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Cộng hòa xã hội", 15, "Cộng hòa xã hội"),
        ("Cộng hòa xã hội", 14, "Cộng hòa xã…"),
        ("Tiếp nhận, trả kết quả", 12, "Tiếp nhận…"),
        ("Việt" * 9, 6, "ViệtV…"),
        ("một", 0, ""),
    ],
)
def test_shorten(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


@pytest.mark.parametrize("sign", [FAMILY, "🇻🇳", "👍🏽", "1️⃣", "e\u0323\u0302"])
def test_a_sign_stays_whole(sign: str) -> None:
    for limit in range(1, utf16(sign) * 4):
        short = shorten(sign * 4, limit, utf16)
        assert short.removesuffix("…").replace(sign, "") == ""
        assert utf16(short) <= limit


@given(st.text() | documents.text, st.integers(0, 300), st.sampled_from([len, utf16]))
def test_what_is_shortened_fits_and_is_a_beginning(text: str, limit: int, measure: object) -> None:
    assert callable(measure)
    short = shorten(text, limit, measure)
    assert measure(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))
