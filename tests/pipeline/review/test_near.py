"""Near-duplicates: exact likeness, and keys that meet where the likeness is high."""

import random
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pipeline.review.checks import THRESHOLD, bands, similarity

WORDS = [f"từ{number}" for number in range(900)]


def article(seed: int, length: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


@given(st.text(), st.text())
def test_likeness_is_symmetric_and_between_none_and_all(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0.0 <= similarity(one, other) <= 1.0


@given(st.text(), st.text())
def test_texts_with_the_same_shingles_have_the_same_keys(one: str, other: str) -> None:
    assert (similarity(one, other) == 1.0) <= (bands(one) == bands(other))
    assert all(0 <= key < 2**63 for key in bands(one))


@given(st.lists(st.sampled_from(["Uỷ ban", "hoà", "thuý", "KHOẺ", "quý", "1.809", "Đất"]), min_size=3))
def test_case_punctuation_tone_placement_and_normal_form_do_not_count(words: list[str]) -> None:
    text = " ".join(words)
    modern = text.replace("Uỷ", "ủy").replace("hoà", "hòa").replace("thuý", "thúy").replace("KHOẺ", "khỏe")
    assert similarity(text, unicodedata.normalize("NFD", ", ".join(modern.split()) + "!")) == 1.0


def test_numbers_count() -> None:
    assert similarity("bão số 12 cấp 9 giật 11", "bão số 13 cấp 10 giật 12") < 0.2


def test_a_text_without_words_is_like_nothing() -> None:
    assert bands(" …!") == ()
    assert similarity("", "") == 0.0


def test_reposts_share_a_key_and_other_articles_do_not() -> None:
    met = chance = 0
    for seed in range(200):
        words = article(seed)
        changed = words[:100] + ["khác"] * 12 + words[112:]
        assert similarity(" ".join(words), " ".join(changed)) >= THRESHOLD
        met += not set(bands(" ".join(words))).isdisjoint(bands(" ".join(changed)))
        chance += not set(bands(" ".join(words))).isdisjoint(bands(" ".join(article(seed + 1000))))
    assert met >= 196
    assert chance == 0
