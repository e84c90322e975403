"""What holds for whatever an office may send: whole, spoken once, and honest about what is not known."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from channels.radio.spoken import STYLES, Style, speak
from tests.channels.radio.spoken.papers import papers, sentences
from tests.channels.radio.spoken.test_speak import mended

VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]")
TEXTS = papers | st.text()
STYLED = st.sampled_from(STYLES)


def figures(text: str) -> Counter[str]:
    """Digits, superscripts, circled numbers, fractions, Roman numerals of one sign."""
    return Counter(sign for sign in text if unicodedata.category(sign)[0] == "N")


@given(TEXTS, STYLED)
def test_pieces_tile_the_text_in_nfc(text: str, style: Style) -> None:
    spoken = speak(text, style)
    assert spoken.written == unicodedata.normalize("NFC", text)
    ends = [0, *(piece.end for piece in spoken.pieces)]
    assert ends == [*(piece.start for piece in spoken.pieces), len(spoken.written)]
    assert all(piece.written == spoken.written[piece.start : piece.end] != "" for piece in spoken.pieces)


@given(TEXTS, STYLED)
@example("Diện tích 5 m² (½ khu đất).", "short")
@example("① Kỳ họp thứ Ⅳ", "short")
def test_every_figure_that_is_left_is_left_in_a_flagged_piece(text: str, style: Style) -> None:
    spoken = speak(text, style)
    assert figures(spoken.text) <= sum((figures(piece.spoken) for piece in spoken.flags), Counter())


@given(sentences, STYLED)
@example("1/QĐ-UBND'BTC' ", "short")
@example("0 tỷ đồngaa@aa.vn ", "short")
@example("(x)@aa.vn", "short")
def test_what_was_read_for_sure_is_not_changed_again(text: str, style: Style) -> None:
    once = mended(speak(text, style))
    assert speak(once, style).text == once


@given(TEXTS, STYLED)
def test_a_flag_says_why_in_vietnamese(text: str, style: Style) -> None:
    for piece in speak(text, style).flags:
        said = re.sub("“.*”", "", piece.why, flags=re.DOTALL)
        assert VIETNAMESE.search(said)
        assert said.rstrip().endswith(".")
        assert piece.confidence < 1


@given(TEXTS, STYLED)
def test_whatever_is_changed_names_its_rule_and_is_as_sure_as_it_says(text: str, style: Style) -> None:
    for piece in speak(text, style).pieces:
        assert piece.rule or (piece.spoken == piece.written and not piece.why and piece.confidence == 1)
        assert 0 <= piece.confidence <= 1


@given(TEXTS)
@example("0./.1/QĐ-UBND ")
def test_what_is_spoken_is_clean(text: str) -> None:
    spoken = speak(text).text
    assert spoken == unicodedata.normalize("NFC", spoken).strip()
    assert "./." not in spoken
    assert not re.search("[\U0001f000-\U0001faff\u200b-\u200f\ufeff]|  | [,.;:?!](?!\\w)", spoken)
