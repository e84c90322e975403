"""A script fits its slot, cuts no sentence, and tells the editor what to look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from channels.base import Priority, Reference
from channels.radio.breath import BREATH, syllables
from channels.radio.programme import Script
from channels.radio.reader import Reader
from channels.radio.script import told
from pipeline.compose.sandbox import environment, renderer
from tests.channels.items import feed_item, feed_keys, make_item

RENDER = renderer(environment(None), None)
READER = Reader(190)


def text(words: Mapping[str, Any]) -> str:
    return RENDER("radio/default.txt", words)


def scripts(reader: Reader = READER, **changes: Any) -> tuple[Script, ...]:
    return told(make_item(**changes), text, reader, "news")


def said(script: Script) -> list[str]:
    return [line.said for line in script.lines]


def test_a_whole_script_as_it_is_heard() -> None:
    (script,) = scripts()
    assert said(script) == [
        "Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy.",
        "Theo Văn phòng Ủy ban nhân dân tỉnh:",
        "Người dân không phải nghỉ làm để đi nộp hồ sơ.",
        "Sáng ngày hai mươi tháng mười một, Trung tâm Phục vụ hành chính công thành phố Việt Trì tiếp nhận"
        " mười lăm nghìn hồ sơ.",
        "Thời gian tiếp nhận.",
        "Buổi sáng: từ bảy giờ ba mươi phút.",
        "Buổi chiều: đến mười bảy giờ.",
    ]
    assert script.title == make_item().title
    assert script.source == "Văn phòng UBND tỉnh"
    assert ("20/11", "hai mươi tháng mười một") in [(w, s.removeprefix("ngày ")) for w, s in script.appendix]
    assert dict(script.appendix)["15.000"] == "mười lăm nghìn"
    assert script.flags == script.notes == ()


@pytest.mark.parametrize("key", feed_keys())
def test_sample_articles(key: str) -> None:
    """Every breath is short, no digit is read out that the editor is not told of, the count is true."""
    script = told(feed_item(key), text, READER, "news")[0]
    for line in script.lines:
        assert line.text.endswith(" //")
        for breath in re.split(r" //? ?", line.text):
            assert syllables(breath) <= BREATH or len(breath.split()) == 1
        for word in re.findall(r"\S*\d\S*", line.said):
            assert any(
                word.strip(".,:;") in flag or flag[1:].partition("”")[0] in word for flag in script.flags
            )
    whole = " ".join(said(script))
    assert not set("()[]{}<>•|*#~→📣") & set(whole)
    assert script.syllables == len([word for word in whole.split() if re.search(r"\w", word)]) or script.flags


def test_an_emergency_says_so_first() -> None:
    (script,) = scripts(priority=Priority.EMERGENCY)
    assert said(script)[0] == "Thông báo khẩn cấp."
    assert script.level is Priority.EMERGENCY


def test_a_correction_of_its_agency_says_what_it_corrects() -> None:
    corrects = Reference("Quý III: 98,6%", "https://x")
    (script,) = scripts(title="Số liệu quý III", kind="dinh-chinh", corrects=corrects)
    assert said(script)[0].startswith("Đính chính tin Quý ba")
    assert "https" not in " ".join(said(script))
    (once,) = scripts(kind="dinh-chinh", title="Đính chính số liệu")
    assert " ".join(said(once)).count("Đính chính") == 1


def test_what_puts_right_tells_the_station_when_to_read_it() -> None:
    (news,) = told(make_item(), text, READER, "news")
    (right,) = told(make_item(), text, READER, "correction")
    assert not any("nếu đài đã phát" in note for note in news.notes)
    assert any("nếu đài đã phát" in note for note in right.notes)


def test_a_lead_that_the_body_repeats_is_read_once() -> None:
    (script,) = scripts(lead="Sáng 20/11, Trung tâm Phục vụ hành chính…")
    assert " ".join(said(script)).count("tháng mười một") == 1


def test_what_nobody_is_sure_of_is_flagged_and_left() -> None:
    (script,) = scripts(html="<p>Người dân mang theo phiếu XQZK đến xã.</p>", lead="")
    assert "XQZK" in " ".join(said(script))
    assert any(flag.startswith("“XQZK”: ") for flag in script.flags)


def test_a_sentence_that_nobody_can_follow_is_flagged() -> None:
    long = "Người dân mang theo căn cước, " * 10 + "và giấy mời của xã."
    (script,) = scripts(html=f"<p>{long}</p>", lead="")
    (flag,) = script.long
    assert re.fullmatch("“Người dân mang theo .*” \\(65 âm tiết\\)", flag)
    assert script.flags == ()
    assert said(script)[-1] == long


def test_a_long_article_is_shortened_to_its_slot_and_offered_in_parts() -> None:
    short, *parts = told(feed_item("kh-05"), text, READER, "news")
    assert short.kind == "question"
    for script in (short, *parts):
        assert script.syllables <= READER.room
        # A question without its answer would be a riddle.
        body = [line for line in script.lines if "Mời bà con đón nghe" not in line.text]
        assert not body[-1].said.endswith("?")
    assert short.syllables > READER.room * 0.8
    assert short.notes[0].endswith("Có thể phát trọn bài thành 2 phần.")
    read = sum(line.said.endswith("?") for line in short.lines)
    asked = len([line for part in parts for line in part.lines if line.said.endswith("?")])
    assert READER.say(f"đây là {read} trong số {asked} câu hỏi").text in said(short)[-1]
    assert asked == 17 > read
    assert {line.voice for line in short.lines} == {1, 2}
    assert [said(part)[1] for part in parts] == ["Phần một.", "Phần hai, phần cuối."]
    (whole,) = told(feed_item("kh-05"), text, Reader(190, longest=3600), "news")
    answers = [line.said for line in whole.lines if line.voice == 2]
    assert [line.said for part in parts for line in part.lines if line.voice == 2] == answers


_SENTENCES = st.lists(st.integers(1, 60), min_size=1, max_size=40)


@settings(max_examples=40)
@given(st.lists(_SENTENCES, min_size=1, max_size=8), st.integers(20, 120))
@example([[47, *[1] * 28], [1, 20, *[1] * 3, 15]], 20).via("the last part says more than the others")
@example([[12] * 40] * 6, 20).via("more than a hundred parts")
def test_no_sentence_is_ever_cut(paragraphs: list[list[int]], longest: int) -> None:
    """Each sentence has its own number of words and a name; parts hold all of them, in order, once."""
    number = iter(range(10_000))
    written = [[f"Câu {next(number)} {'hồ sơ ' * size}hết." for size in sizes] for sizes in paragraphs]
    html = "".join(f"<p>{' '.join(sentences)}</p>" for sentences in written)
    reader = Reader(190, longest)
    short, *parts = scripts(reader, html=html, lead="", title="Thử")
    whole = [reader.say(sentence).text for sentences in written for sentence in sentences]
    for script in (short, *parts):
        heard = " ".join(said(script))
        assert heard.count("hết.") == sum(sentence in heard for sentence in whole)
        assert script.syllables <= reader.room or len(re.findall("Câu ", heard)) <= 1
    if parts:
        heard = " ".join(" ".join(said(part)) for part in parts)
        places = [heard.find(sentence) for sentence in whole]
        assert -1 not in places
        assert places == sorted(places)
        assert heard.count("hết.") == len(whole)
    else:
        assert all(sentence in " ".join(said(short)) for sentence in whole)


def test_a_shortened_article_without_questions_says_so() -> None:
    short, *_ = told(feed_item("vp-02"), text, Reader(190, 60), "news")
    assert said(short)[-1] == "Trên đây là nội dung chính của bài."


def test_the_appendix_leaves_out_what_nobody_reads_wrong() -> None:
    html = "<p>Từ 7h30 đến 11:30, năm 2026, 12 xã nộp 15.000 hồ sơ về UBND ngày 20/11.</p>"
    (script,) = scripts(html=html, lead="")
    assert {written for written, _ in script.appendix} >= {"15.000", "UBND"}
    assert not {"7h30", "11:30", "2026", "năm 2026", "12"} & {written for written, _ in script.appendix}


def test_json_gives_a_script_back() -> None:
    for script in told(feed_item("kh-05"), text, READER, "news"):
        assert Script.of(script.as_json()) == script
