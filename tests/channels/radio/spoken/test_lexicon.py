"""An office's own readings."""

from __future__ import annotations

import pytest

from channels.radio.spoken import Lexicon, speak
from channels.radio.spoken.lexicon import LexiconError, check


def test_the_lexicon_comes_before_the_house() -> None:
    lexicon = Lexicon.of([{"written": "UBND", "spoken": "ủy ban"}])
    assert speak("họp UBND xã", "short", lexicon).text == "họp ủy ban xã"


def test_the_longest_entry_has_the_place() -> None:
    lexicon = Lexicon.of([{"written": "Ea", "spoken": "ê a"}, {"written": "Ea Kar", "spoken": "ê a ca"}])
    assert speak("xã Ea Kar và Ea", "short", lexicon).text == "xã ê a ca và ê a"


def test_an_entry_with_a_context_applies_there_alone() -> None:
    lexicon = Lexicon.of([{"written": "BTC", "spoken": "Ban Tổ chức", "after": ["bầu cử"]}])
    assert speak("BTC bầu cử", "short", lexicon).text == "Ban Tổ chức bầu cử"
    assert speak("BTC mới", "short", lexicon).flags


def test_capitals_count_unless_the_entry_says_otherwise() -> None:
    strict = Lexicon.of([{"written": "Lô", "spoken": "lô lô"}])
    loose = Lexicon.of([{"written": "Lô", "spoken": "lô lô", "case": False}])
    assert speak("sông lô", "short", strict).text == "sông lô"
    assert speak("sông lô", "short", loose).text == "sông lô lô"


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"written": "A"}, "spoken"),
        ({"written": "A", "spoken": "số 5"}, "chữ số"),
        ({"written": 5, "spoken": "năm"}, "written"),
        ({"written": "A", "spoken": "a", "befor": "x"}, "befor"),
        ({"written": "A", "spoken": "a", "after": [1]}, "after"),
        ({"written": "A", "spoken": "a", "case": "no"}, "case"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named_with_its_place(entry: dict[str, object], named: str) -> None:
    with pytest.raises(LexiconError, match="Mục 2") as caught:
        Lexicon.of([{"written": "B", "spoken": "bê"}, entry])
    assert named in str(caught.value)
    assert caught.value.mend


def test_entries_that_contradict_or_never_apply_are_found() -> None:
    lexicon = Lexicon.of(
        [
            {"written": "AB", "spoken": "a bê", "case": False},
            {"written": "ab", "spoken": "a bờ"},
            {"written": "CD", "spoken": "CD"},
            {"written": "EF", "spoken": "e CD"},
        ]
    )
    found = " ".join(check(lexicon))
    assert "Mục 2 không bao giờ được dùng: mục 1" in found
    assert "Mục 3: “CD” đọc đúng như viết" in found
    assert "Mục 4" in found
    assert check(Lexicon.of([{"written": "AB", "spoken": "a bê"}])) == ()
