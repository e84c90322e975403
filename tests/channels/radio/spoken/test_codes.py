"""Document codes: the kind and the issuer once, the number and the year as words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken import speak
from channels.radio.spoken.code_words import KINDS, issuer
from channels.radio.spoken.numerals import cardinal


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Kế hoạch 865/KH-UBND", "Kế hoạch tám trăm sáu mươi lăm của Ủy ban nhân dân"),
        ("theo 865/KH-UBND", "theo kế hoạch số tám trăm sáu mươi lăm của Ủy ban nhân dân"),
        ("Công văn 1234/SNV-CCHC", "Công văn một nghìn hai trăm ba mươi tư của Sở Nội vụ"),
        ("Nghị quyết số 12-NQ/TU", "Nghị quyết số mười hai của Tỉnh ủy"),
        ("Kết luận 45-KL/TW.", "Kết luận bốn mươi lăm của Trung ương."),
        ("Chính phủ ban hành Nghị định số 5/NĐ-CP", "Chính phủ ban hành Nghị định số năm"),
        ("Quyết định số 7/QĐ-UBND của UBND tỉnh", "Quyết định số bảy của Ủy ban nhân dân tỉnh"),
        ("Nghị quyết số 8/NQ-UBTVQH15", "Nghị quyết số tám của Ủy ban Thường vụ Quốc hội khóa mười lăm"),
        ("KẾ HOẠCH SỐ 8/KH-UBND", "Kế hoạch số tám của Ủy ban nhân dân"),
        ("theo NĐ-CP", "theo nghị định của Chính phủ"),
        ("Quy chuẩn QCVN 01", "Quy chuẩn Việt Nam không một"),
        ("QCVN 01:2020/BYT", "Quy chuẩn Việt Nam không một năm hai nghìn không trăm hai mươi của Bộ Y tế"),
        ("Mẫu số 01/ĐK", "Mẫu số một trên đăng ký"),
        ("mục I.2", "mục một chấm hai"),
        ("điểm d, điểm đ", "điểm dê, điểm đê"),
    ],
)
def test_a_code_is_read_by_its_parts(written: str, spoken: str) -> None:
    assert speak(written).text == spoken


def test_issuers_of_a_joint_document_are_all_named() -> None:
    assert speak("Thông tư liên tịch 1/2024/TTLT-BTC-BNV").text.endswith("của Bộ Tài chính và Bộ Nội vụ")


def test_in_a_list_of_one_issuer_the_issuer_comes_last() -> None:
    spoken = speak("các Nghị định số 6/NĐ-CP, 7/NĐ-CP về đất đai").text
    assert spoken == "các Nghị định số sáu, bảy của Chính phủ về đất đai"


def test_an_issuer_that_nobody_knows_is_left_out_and_flagged() -> None:
    spoken = speak("Kế hoạch số 9/KH-QWZ")
    assert spoken.text == "Kế hoạch số chín"
    assert "QWZ" in spoken.flags[0].why


def test_what_only_looks_like_a_code_is_left_whole() -> None:
    spoken = speak("theo 3/2024/QWZ100-9A nhé")
    assert spoken.text == "theo 3/2024/QWZ100-9A nhé"
    assert [flag.written for flag in spoken.flags] == ["3/2024/QWZ100-9A"]


@given(
    st.integers(1, 99999),
    st.none() | st.integers(1990, 2040),
    st.sampled_from(sorted(kind for kind in KINDS if "-" not in kind)),
    st.sampled_from(["UBND", "HĐND", "CP", "TTg", "BTC", "SNV", "QH15"]),
)
def test_every_code_is_read_with_its_number_its_year_and_its_issuer(
    number: int, year: int | None, kind: str, office: str
) -> None:
    written = f"{number}/{year}/{kind}-{office}" if year else f"{number}/{kind}-{office}"
    spoken = speak(f"căn cứ {written}.")
    assert not spoken.flags
    assert re.search(rf"số {cardinal(number)}(?: năm| của)", spoken.text)
    assert not year or f"năm {cardinal(year)} của" in spoken.text
    assert f"của {issuer(office)}." in spoken.text


def test_a_first_paper_is_not_one_year() -> None:
    assert speak("Thông tư 01/2025/TT-BTC").text.startswith("Thông tư số một năm hai nghìn")
    assert speak("Thông tư 02/2025/TT-BTC").text.startswith("Thông tư hai năm hai nghìn")
