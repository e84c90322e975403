"""Bytes become text by what is declared; what fits nothing is refused."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.decode import TCVN3, decode, from_tcvn3
from pipeline.entry import FeedTrouble

TEXT = "Thông báo lịch tiếp công dân tại xã Xuân Đài, hướng dẫn người dân nộp hồ sơ trực tuyến. "
TO_TCVN3 = {letter: chr(code) for code, letter in TCVN3.items()}
LOWER = TEXT.lower()


def tcvn3(text: str) -> str:
    return "".join(TO_TCVN3.get(letter, letter) for letter in text)


def windows_1258(text: str) -> bytes:
    """Base letters with their hook or hat stay one, the tone follows: as Windows writes it."""
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    out = []
    for letter in text:
        decomposed = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in tones))
        out.append(base + "".join(c for c in decomposed if c in tones))
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_byte_order_mark_decides(charset: str) -> None:
    body = ("\ufeff" + TEXT).encode(charset)
    assert decode(body, "text/xml; charset=iso-8859-1").text == TEXT


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_declaration(charset: str) -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?><x>{TEXT}</x>'
    assert decode(text.encode(charset)).text == text


def test_utf_8_wins_over_a_wrong_declaration() -> None:
    assert decode(TEXT.encode(), "text/xml; charset=windows-1258").text == TEXT


def test_few_bad_bytes_are_replaced_and_said() -> None:
    decoded = decode((TEXT * 3).encode() + b"\xe1\xbb", "text/xml; charset=windows-1252")
    assert decoded.text == TEXT * 3 + "\ufffd"
    assert decoded.damage


def test_windows_1258_by_header_or_declaration() -> None:
    body = windows_1258(TEXT)
    assert unicodedata.normalize("NFC", decode(body, "text/xml; charset=windows-1258").text) == TEXT
    declared = b'<?xml version="1.0" encoding="windows-1258"?>' + body
    assert unicodedata.normalize("NFC", decode(declared, "text/xml").text).endswith(TEXT)


def test_tcvn3_where_it_is_declared() -> None:
    body = tcvn3(LOWER).encode("latin-1")
    assert decode(body, 'text/xml; charset="TCVN3"').text == LOWER


def test_tcvn3_is_recognised_only_where_it_is_evident() -> None:
    assert from_tcvn3(tcvn3(LOWER)) == LOWER
    assert from_tcvn3("Th«ng b¸o lÞch tiÕp c«ng d©n") == "Thông báo lịch tiếp công dân"
    for honest in (
        TEXT,
        "Công ty ABC® đạt 25°C, 200 m²",
        "«Bonjour», dit-il",
        "Máy ảnh 10 µm ± 2",
        "a®b",
        "",
    ):
        assert from_tcvn3(honest) is None


@pytest.mark.parametrize(
    "content_type", ["", "text/xml; charset=utf-8", "text/xml; charset=klingon", "text/xml; charset=hex"]
)
def test_bytes_that_fit_nothing_are_trouble(content_type: str) -> None:
    with pytest.raises(FeedTrouble, match="bảng mã"):
        decode(windows_1258(TEXT), content_type)


def test_utf_16_without_a_mark_needs_a_declaration() -> None:
    assert decode(TEXT.encode("utf-16-le"), "text/xml; charset=utf-16-le").text == TEXT


def test_control_characters_go_and_are_said() -> None:
    decoded = decode(b"a\x00\x0b\x1fb\tc\n")
    assert decoded.text == "ab\tc\n"
    assert decoded.damage


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff\ufffe\uffff"))
)
def test_honest_utf_8_comes_back_unchanged(text: str) -> None:
    decoded = decode(text.encode())
    assert (decoded.text, decoded.damage) == (text, ())
    assert decode(codecs.BOM_UTF8 + text.encode()).text == text


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/xml; charset=windows-1258", "text/xml; charset=utf-16"]),
)
def test_any_bytes_are_text_or_trouble(body: bytes, content_type: str) -> None:
    try:
        text = decode(body, content_type).text
    except FeedTrouble:
        return
    assert not set(text) & set("\x00\x0b\x1f\ufffe\uffff")
