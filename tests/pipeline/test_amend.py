"""An officer's correction changes the words that are named, everywhere, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.amend import NothingToChange, reworded
from pipeline.collect.clean import clean
from pipeline.models import Revision

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
WORDS = st.lists(st.sampled_from(["mười", "giờ", "sáng", "& Đoàn", "<tin>", "14", "“phép”"]), min_size=1)


def published(body: str, title: str = "Lịch tiếp công dân") -> Revision:
    text = clean(body).text
    return Revision(
        id=7, number=1, title=title, lead="", body=clean(body).html, text=text, content_hash="của nguồn"
    )


def test_words_are_put_right_wherever_they_stand_and_addresses_never() -> None:
    old = published('<p>Lúc 14 giờ, xem <a href="https://a.example/14 giờ">14 giờ</a>.</p>', "Họp lúc 14 giờ")
    new = reworded(old, [("14 giờ", "15 giờ 30")], "hoa", NOW)
    assert new.title == "Họp lúc 15 giờ 30"
    assert new.text == "Lúc 15 giờ 30, xem 15 giờ 30."
    assert "14%20gi" in new.body or '14 giờ"' in new.body
    assert (new.worded_by, new.content_hash) == ("hoa", "của nguồn")
    assert new.pk is None
    assert (old.title, old.pk) == ("Họp lúc 14 giờ", 7)


@pytest.mark.parametrize(("wrong", "right"), [("", "x"), ("giờ", "giờ"), ("không có", "có")])
def test_nothing_to_change_is_said(wrong: str, right: str) -> None:
    with pytest.raises(NothingToChange):
        reworded(published("<p>14 giờ</p>"), [(wrong, right)], "hoa", NOW)


def test_words_across_a_mark_are_said_to_be() -> None:
    old = published("<p>Lúc <strong>14</strong> giờ</p>", "Họp lúc 14 giờ")
    with pytest.raises(NothingToChange, match="in đậm"):
        reworded(old, [("14 giờ", "15 giờ")], "hoa", NOW)


@given(WORDS, WORDS, st.sampled_from(["mười", "giờ sáng", "& Đoàn", "<tin>"]))
def test_the_text_is_always_that_of_the_body(before: list[str], after: list[str], wrong: str) -> None:
    from html import escape

    said = " ".join([*before, wrong, *after])
    new = reworded(published(f"<p>{escape(said, quote=False)}</p>"), [(wrong, "ĐÚNG")], "hoa", NOW)
    assert new.text == clean(new.body).text == said.replace(wrong, "ĐÚNG")
