"""Blocks as plain lines, and texts divided where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.document import read
from channels.prose import flowing, opening, pack, prose
from channels.text import utf16

HEADED = (
    "<table><tr><th>{}</th><th>Nộp</th><th>Trả</th></tr><tr><td>{}</td><td>5</td><td>{}</td></tr></table>"
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Một <strong>hai</strong> ba</p>", "Một hai ba"),
        ("<h3>Đề mục</h3>", "Đề mục"),
        ("<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>", "• a\n  – b\n    + c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<blockquote>Lời nói</blockquote>", "“Lời nói”"),
        ("<blockquote>“Lời nói”</blockquote>", "“Lời nói”"),
        (HEADED.format("Cấp", "Xã", "4"), "• Xã — Nộp: 5; Trả: 4"),
        (HEADED.format("Cấp", "Xã", ""), "• Xã — Nộp: 5"),
        (HEADED.format("TT", "1", "4"), "1. 5 — Trả: 4"),
        ('<p>Xem <a href="https://a.vn/x">trang <em>này</em></a>.</p>', "Xem trang này (https://a.vn/x)."),
        ('<p><a href="https://a.vn/">a.vn</a></p>', "https://a.vn/"),
        ('<p><a href="mailto:a@b.vn">Thư</a></p>', "Thư (a@b.vn)"),
        ('<img src="https://a.vn/b.png" alt="Biểu đồ">', "[Ảnh: Biểu đồ]"),
        ('<img src="https://a.vn/b.png" alt="">', ""),
        ('<img src="https://a.vn/b.png" alt="IMG_2031.JPG">', ""),
        ("<pre>a\n  b</pre>", "a\n  b"),
    ],
)
def test_blocks(html: str, text: str) -> None:
    assert "\n".join(map(prose, read(html))) == text


def test_a_heading_stays_with_what_it_heads() -> None:
    assert flowing(read("<p>a</p><h3>B</h3><p>c</p><p>d</p>")) == "a\n\nB\nc\n\nd"
    assert flowing(read("<p>Gồm:</p><ul><li>a</li></ul><p>d</p>")) == "Gồm:\n• a\n\nd"


SAMPLE = st.lists(
    st.sampled_from(["Câu một dài dài.", "Hai?", "😀😀😀", "ba", "TP. Việt Trì", "\n\n", "\n", "x" * 40]),
    min_size=1,
    max_size=40,
).map(" ".join)


@given(SAMPLE | st.text(min_size=1), st.lists(st.integers(-5, 200), min_size=1, max_size=4))
def test_pieces_fit_and_lose_nothing(text: str, rooms: list[int]) -> None:
    text = text.strip()
    pieces = pack(text, rooms)
    if pieces is None:
        return
    assert len(pieces) == len(rooms)
    assert all(piece and utf16(piece) <= room for piece, room in zip(pieces, rooms, strict=True))
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_that_fits_is_never_refused() -> None:
    for rooms in ([60], [40, 40], [30, 30, 30]):
        pieces = pack("Câu một dài. Câu hai dài. Câu ba dài. Câu bốn dài.", rooms)
        assert pieces is not None
        assert all(piece.endswith(".") for piece in pieces)


def test_cut_between_blocks_rather_than_in_one() -> None:
    assert pack("a" * 20 + "\n\n" + "Hai. Ba bốn.", [27, 20]) == ("a" * 20, "Hai. Ba bốn.")
    assert pack("a. " * 3 + "\n\n" + "Hai. Ba bốn năm sáu.", [15, 20]) is not None


def test_a_message_is_not_left_almost_empty_for_the_sake_of_a_sentence() -> None:
    pieces = pack("Một câu.\n\n" + "từ " * 60, [150, 150])
    assert pieces is not None
    assert len(pieces[0]) > 100


@given(SAMPLE, st.integers(0, 300))
def test_an_opening_fits_and_is_the_beginning(text: str, room: int) -> None:
    text = text.strip()
    begun = opening(text, room)
    assert utf16(begun) <= room
    assert text.startswith(begun.removesuffix("…").rstrip())
