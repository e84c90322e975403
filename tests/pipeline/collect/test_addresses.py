"""Addresses are made absolute, compared without what does not change the page, and refused where unusable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.addresses import absolute, canonical

BASE = "https://so.phutho.example/tin/"


@pytest.mark.parametrize(
    ("raw", "url"),
    [
        ("/a.aspx", "https://so.phutho.example/a.aspx"),
        (
            "..\\uploads\\Hình ảnh\\b c.PNG",
            "https://so.phutho.example/uploads/H%C3%ACnh%20%E1%BA%A3nh/b%20c.PNG",
        ),
        ("\n   https://a.example/x\n", "https://a.example/x"),
        ("https://a.example/đã%20mã", "https://a.example/%C4%91%C3%A3%20m%C3%A3"),
        ("//b.example/x?q=á b", "https://b.example/x?q=%C3%A1%20b"),
        ("http://u:p@a.example:8080/", "http://a.example:8080/"),
        ("HTTPS://A.example/X", "https://a.example/X"),
        ("a?u=c:\\d", "https://so.phutho.example/tin/a?u=c:%5Cd"),
        ("https://tiếngviệt.example/", "https://xn--tingvit-5t4cyc.example/"),
    ],
)
def test_absolute(raw: str, url: str) -> None:
    assert absolute(raw, BASE) == url


@pytest.mark.parametrize(
    "raw",
    ["", " ", "javascript:x", "java\nscript:x", "mailto:a@b", "http://", "http://[x", "urn:x", "http://a b/"],
)
def test_no_address(raw: str) -> None:
    assert absolute(raw, BASE) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTP://A.example:80", "http://a.example/"),
        ("https://a.example/x?utm_source=f&p=1&fbclid=9#doan", "https://a.example/x?p=1"),
        ("https://a.example/x?zarsrc=30&gclid=1", "https://a.example/x"),
        ("https://a.example:443/x?b=2&a=1", "https://a.example/x?b=2&a=1"),
    ],
)
def test_canonical(one: str, other: str) -> None:
    assert canonical(one) == canonical(other) == other


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_none(raw: str) -> None:
    url = absolute(raw, BASE)
    if url is not None:
        assert url.startswith(("http://", "https://"))
        assert url.isascii()
        assert " " not in url
        assert absolute(url) == url
        assert canonical(canonical(url)) == canonical(url)
