"""A card holds the whole article where the place has room for it, else its beginning and the link."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Image, Notice
from channels.manual import ManualChannel
from channels.text import utf16
from tests.channels.contract import LATER, REASON, RENDER, long, right
from tests.channels.items import make_item


def card(channel: ManualChannel, html: str, **fields: object) -> dict[str, object]:
    (part,) = channel.compose(replace(make_item(html=html), **fields), RENDER)  # type: ignore[arg-type]
    return dict(part.content)


def test_a_short_article_is_whole_and_says_where_it_is_from() -> None:
    item = make_item(html="<p>Cuộc họp ở hội trường.</p>", lead="Mời họp.")
    said = str(card(ManualChannel("trang", "Trang", 5000), "<p>Cuộc họp ở hội trường.</p>")["text"])
    assert said.startswith(item.title)
    assert "Cuộc họp ở hội trường." in said
    assert said.endswith(f"Nguồn: {item.agency}\nXem tại: {item.link}")


@given(st.integers(min_value=500, max_value=6000), st.integers(min_value=0, max_value=20))
def test_no_text_is_longer_than_its_place_and_a_cut_one_links_to_the_rest(room: int, paragraphs: int) -> None:
    made = card(ManualChannel("trang", "Trang", room), long(paragraphs))
    said = str(made["text"])
    assert utf16(said) <= room
    assert make_item().link in said
    if f"Mục {paragraphs}." not in said and paragraphs:
        assert "Xem toàn văn: " in said


def test_pictures_are_there_to_be_saved() -> None:
    image = Image("https://cong.example/media/a.png", "Sơ đồ", 640, 360, 1234, "image/png")
    made = card(ManualChannel("trang", "Trang", 5000), "<p>x</p>", images=(image,) * 12)
    assert made["images"] == [{"url": image.url, "alt": "Sơ đồ"}] * 10


def test_a_correction_says_so_and_why_and_a_withdrawal_names_what_is_void() -> None:
    channel = ManualChannel("trang", "Trang", 5000)
    (correction,) = channel.correct(right(), 1, RENDER)
    assert correction.content["method"] == "edit"
    assert correction.content["text"].startswith("ĐÍNH CHÍNH tin đã đăng trước đó\nLý do: " + REASON)
    (removal,) = channel.withdraw(Notice("Mức phí mới", REASON, LATER, "Sở", "https://x"), 1, RENDER)
    assert removal.content["method"] == "remove"
    for words in ("THÔNG BÁO GỠ TIN: “Mức phí mới”", REASON, "https://x"):
        assert words in removal.content["text"]


@pytest.mark.parametrize("priority", ["thuong", "khan-cap"])
def test_an_emergency_says_so(priority: str) -> None:
    from channels.base import Priority

    made = card(ManualChannel("trang", "Trang", 5000), "<p>x</p>", priority=Priority(priority))
    assert str(made["text"]).startswith("KHẨN CẤP\n") == (priority == "khan-cap")
