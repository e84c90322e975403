"""Slugs: plain, stable, never empty."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.portal import page_path
from channels.slug import slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Đăng ký kết hôn tại bất kỳ xã, phường nào", "dang-ky-ket-hon-tai-bat-ky-xa-phuong-nao"),
        (unicodedata.normalize("NFD", "Sở Tư pháp: “5 tại chỗ”"), "so-tu-phap-5-tai-cho"),
        ("Quý III/2026: 98,6%", "quy-iii-2026-98-6"),
        ("📣 …", "bai"),
    ],
)
def test_words(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_a_long_title_is_cut_between_words() -> None:
    assert slug("nghiêng " * 20, 20) == "nghieng-nghieng"
    assert slug("x" * 200, 20) == "x" * 20


@given(st.text(), st.integers(5, 90))
def test_always_safe(title: str, limit: int) -> None:
    made = slug(title, limit)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= limit
    assert slug(unicodedata.normalize("NFD", title), limit) == slug(
        unicodedata.normalize("NFC", title), limit
    )


@given(st.text(), st.integers(1, 10**9))
def test_a_page_is_found_by_its_number_alone(title: str, article: int) -> None:
    assert page_path(article, title).rpartition("-")[2] == str(article)
