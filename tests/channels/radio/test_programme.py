"""A programme has its frame, is as long as it says, and comes back from JSON as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from channels.base import Priority
from channels.radio.programme import (
    CUT,
    END,
    TUNE,
    Kind,
    Line,
    Music,
    Programme,
    Script,
    Told,
    arranged,
    duration,
    moment,
)
from channels.radio.script import told
from tests.channels.items import HANOI, feed_item
from tests.channels.radio.test_script import READER, RENDER, scripts, text

FIVE = datetime(2026, 11, 24, 5, 0, tzinfo=HANOI)


def bulletin(*scripts: Script) -> Programme:
    bare = Programme(
        "Văn phòng UBND tỉnh Phú Thọ", "Bản tin sáng", FIVE, 15, 190, scripts, "Hòa", "Minh", "Hà"
    )
    return arranged(bare, RENDER, READER)


def several() -> list[Script]:
    return [told(feed_item(key), text, READER, "news")[0] for key in ("vp-02", "kh-02", "nn-01", "kh-05")]


def test_the_running_order() -> None:
    first, second, *_ = several()
    urgent = replace(second, level=Priority.EMERGENCY)
    programme = bulletin(first, urgent, first)
    steps = [step for step in programme.steps if not isinstance(step, Line)]
    assert steps == [TUNE, Told(0), Told(1), CUT, Told(2), END]
    spoken = [line.said for line in programme.lines()]
    assert spoken[:2] == [
        "Kính chào bà con và các bạn!",
        "Mời bà con nghe bản tin sáng của Văn phòng Ủy ban nhân dân tỉnh Phú Thọ, phát lúc năm giờ"
        " ngày hai mươi tư tháng mười một năm hai nghìn không trăm hai mươi sáu.",
    ]
    assert "Xin bà con chú ý nghe thông báo sau." in spoken
    assert spoken[-1] == "Cảm ơn bà con và các bạn đã lắng nghe. Xin kính chào tạm biệt!"
    assert programme.level is Priority.EMERGENCY


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        ("correction", "Sau đây là tin đính chính."),
        ("withdrawal", "Sau đây là thông báo gỡ tin."),
        ("question", "Mời bà con nghe mục hỏi đáp:"),
    ],
)
def test_links_say_what_comes(kind: Kind, link: str) -> None:
    (script,) = scripts()
    assert link in [line.said for line in bulletin(replace(script, kind=kind)).lines()]


def test_a_link_and_the_title_after_it_are_one_sentence() -> None:
    programme = bulletin(*scripts() * 3)
    spoken = [line.said for line in programme.lines()]
    title = scripts()[0].lines[0].said
    links = [before for before, line in pairwise(spoken) if line == title]
    assert links == [
        "Mở đầu bản tin, mời bà con nghe tin:",
        "Chúng tôi xin đọc tiếp tin:",
        "Tin cuối của chương trình:",
    ]


@pytest.mark.parametrize("rate", [120, 190, 233])
def test_the_length_is_what_is_counted_in_what_is_said(rate: int) -> None:
    """Thông tư 09/2020/TT-BTTTT allows 3 % either way."""
    programme = replace(bulletin(*several()), syllables_per_minute=rate)
    words = [word for line in programme.lines() for word in line.said.split() if any(map(str.isalnum, word))]
    music = sum(step.seconds for step in programme.steps if isinstance(step, Music))
    assert programme.seconds == pytest.approx(music + len(words) * 60 / rate, rel=0.03)


def test_json_gives_a_programme_back() -> None:
    programme = bulletin(*several())
    value = json.loads(json.dumps(programme.as_json()))
    assert value == programme.as_json()
    assert Programme.of(value) == programme


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 giây"), (60, "1 phút"), (80, "1 phút 20 giây")])
def test_duration(seconds: int, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("at", "said"),
    [(FIVE.replace(minute=15), "5 giờ 15 phút ngày 24/11/2026"), (FIVE, "5 giờ ngày 24/11/2026")],
)
def test_moment(at: datetime, said: str) -> None:
    assert moment(at) == said
