"""Breaths are short, lose nothing, and never part what belongs together."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.breath import _COMPOUNDS, _STARTS, BREATH, groups, marked, said, syllables
from channels.radio.script import told
from channels.radio.spoken import speak
from channels.text import sentences
from tests.channels.items import feed_item, feed_keys
from tests.channels.radio.test_script import READER, text

_WORDS = st.sampled_from(
    [
        "hồ",
        "sơ,",
        "tỉnh",
        "Ủy",
        "ban",
        "và",
        "của",
        "theo",
        "từ",
        "một",
        "nghìn",
        "tư;",
        "3/4",
        "VNeID.",
        "(a)",
    ]
)
_TEXT = st.lists(_WORDS, max_size=120).map(" ".join) | st.text(max_size=200)


@given(_TEXT)
def test_no_breath_is_too_long_and_nothing_is_lost(text: str) -> None:
    text = " ".join(word for word in text.split() if word not in {"/", "//"})
    read = marked(text)
    assert said(read) == text
    for breath in read.replace(" // ", " / ").removesuffix(" //").split(" / "):
        assert syllables(breath) <= BREATH or len(breath.split()) == 1


@given(st.integers(0, 10**12), st.integers(0, 30))
def test_a_number_is_read_in_one_breath(number: int, before: int) -> None:
    spoken = speak(f"{'dân ' * before}nộp {number} hồ sơ").text
    words = speak(f"{number}").text.casefold()
    if syllables(words) <= BREATH:
        assert any(words in breath.casefold() for breath in groups(spoken))


@pytest.mark.parametrize("key", feed_keys())
def test_breaths_of_sample_articles_end_where_phrases_do(key: str) -> None:
    """Where no breath is needed there is none, and a breath never ends on a word that leads on."""
    for block in feed_item(key).body:
        for run in getattr(block, "runs", ()):
            for sentence in sentences(run.text):
                read = groups(speak(sentence).text)
                assert len(read) <= 1 or syllables(" ".join(read)) > BREATH
                ends = [breath.split()[-1] for breath in read[:-1]]
                assert not {"và", "của", "các", "những", "số", "ngày", "tháng"} & set(ends), read


@pytest.mark.parametrize(
    ("text", "count"),
    [("năm ngày", 2), ("Thưa bà con, năm ngày. //", 5), ("còn 24/7 nữa", 7), ("…", 0), ("", 0)],
)
def test_syllables(text: str, count: int) -> None:
    assert syllables(text) == count


@pytest.mark.parametrize(
    "text",
    [
        "Sở Nông nghiệp và Môi trường sẽ kiểm tra thực tế tại mười lăm xã, phường / trong tháng mười hai năm"
        " hai nghìn không trăm hai mươi sáu.",
        "Điểm mới của Nghị định số một trăm mười tám năm hai nghìn không trăm hai mươi lăm / ngày mùng chín"
        " tháng sáu năm hai nghìn không trăm hai mươi lăm / của Chính phủ về thực hiện thủ tục hành chính"
        " theo cơ chế một cửa.",
        "Tạm dừng từ hai mươi hai giờ ngày hai mươi tám tháng mười một / đến năm giờ ngày hai mươi chín tháng"
        " mười một năm hai nghìn không trăm hai mươi sáu.",
    ],
)
def test_breaths_are_where_an_announcer_takes_them(text: str) -> None:
    assert " / ".join(groups(said(text))) == text


@pytest.mark.parametrize(
    "text",
    [
        "Các cơ quan thực hiện việc rà soát hợp đồng lao động và phụ thuộc vào quyết định của từng đơn vị,"
        " nhất là những nơi đã công bố Danh mục thủ tục hành chính trên Cổng Dịch vụ công quốc gia.",
        "Bản tin này, phát trên hệ thống loa truyền thanh của các xã, phường, thị trấn, nhắc bà con nộp hồ sơ"
        " sớm, đúng và trước hạn theo hợp đồng đã ký kết giữa các bên có liên quan trong năm nay.",
        "Trung tâm tiếp nhận hồ sơ từ ngày hai mươi tám tháng mười một năm hai nghìn không trăm hai mươi sáu,"
        " thứ Bảy, đến hết ngày ba mươi mốt tháng mười hai năm sau.",
    ],
)
def test_no_breath_is_taken_inside_a_word(text: str) -> None:
    """Nor where a new user of the scripts stumbled."""
    read = " / ".join(groups(text))
    assert " / " in read
    for whole in (
        "hợp đồng", "phụ thuộc", "Danh mục", "nhất là", "lao động", "quyết định", "thủ tục", "thứ Bảy",
        "phát trên", "đúng và trước hạn", "sáu, thứ",
    ):  # fmt: skip
        assert whole.replace(" ", " / ", 1) not in read
    assert "đúng và / " not in read


@pytest.mark.parametrize("key", feed_keys())
def test_a_breath_within_a_clause_comes_before_a_word_that_opens_a_phrase(key: str) -> None:
    """Or after two words that administrative texts know: of all sample breaths few are anything else."""
    script = told(feed_item(key), text, READER, "news")[0]
    breaths = [
        (before.split()[-1], after.split()[0])
        for line in script.lines
        for before, after in pairwise(re.split(" / ", line.text))
    ]
    odd = [
        pair for pair in breaths if pair[0][-1] not in ",;:.!?…" and not _STARTS.fullmatch(pair[1].lower())
    ]
    assert [pair for pair in odd if f"{pair[0]} {pair[1]}".lower() in _COMPOUNDS] == []
    assert len([pair for pair in odd if pair[1] != "ngày"]) <= 1


def test_marks_stand_alone() -> None:
    assert marked("Bà con chú ý. Từ mai") == "Bà con chú ý. // Từ mai //"
    assert marked("") == ""
