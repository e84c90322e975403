"""An office's lexicon: every mistake with its place and its mend, and what is unwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.channel import RadioChannel
from channels.radio.spoken import speak
from pipeline.office import open_office
from pipeline.schedule import ScheduleProblems, read, read_lexicon
from pipeline.schedule.lexicon import readings
from pipeline.schedule.marks import Unreadable, load

GOOD = """\
- {written: VNPT, spoken: vi en pê tê}
- {written: ks, spoken: kỹ sư, before: [đồng chí], case: false}
"""


def problems(folder: Path, text: str) -> list[tuple[int, int, str]]:
    (folder / "lexicon.yaml").write_text(text)
    with pytest.raises(ScheduleProblems) as wrong:
        read_lexicon(folder / "lexicon.yaml")
    assert all(problem.mend for problem in wrong.value.problems)
    return [(problem.line, problem.column, problem.setting) for problem in wrong.value.problems]


def test_a_lexicon_teaches_its_readings(tmp_path: Path) -> None:
    (tmp_path / "lexicon.yaml").write_text(GOOD)
    found = read_lexicon(tmp_path / "lexicon.yaml")
    assert found.warnings == ()
    said = speak("Đồng chí KS Nam của VNPT", lexicon=found.lexicon).text
    assert said == "Đồng chí kỹ sư Nam của vi en pê tê"


def test_every_mistake_has_its_place(tmp_path: Path) -> None:
    text = "- {written: A1, spoken: a 1}\n- {written: BV}\n- bv\n- written: X\n  spoken: x\n  case: maybe\n"
    assert problems(tmp_path, text) == [
        (1, 3, "[0]"),
        (2, 3, "[1]"),
        (3, 3, "[2]"),
        (6, 9, "[3].case"),
    ]
    assert problems(tmp_path, "written: A\n") == [(1, 1, "")]
    assert problems(tmp_path, "- {written: A, spoken: b\n")[0][0] == 1


def test_an_entry_that_never_applies_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "lexicon.yaml").write_text("- {written: A, spoken: b}\n- {written: A, spoken: c}\n")
    [warning] = read_lexicon(tmp_path / "lexicon.yaml").warnings
    assert (warning.line, "không bao giờ được dùng" in warning.message) == (2, True)


def test_an_empty_lexicon_is_none(tmp_path: Path) -> None:
    (tmp_path / "lexicon.yaml").write_text("# chưa có gì\n")
    assert read_lexicon(tmp_path / "lexicon.yaml").lexicon.entries == ()


@given(st.text(max_size=80))
def test_any_text_gives_readings_or_faults(text: str) -> None:
    try:
        document = load(text)
    except Unreadable:
        return
    lexicon, faults = readings(document)
    assert lexicon.entries or faults or not document.data


def schedule(folder: Path, lexicon: str) -> Path:
    (folder / "lexicon.yaml").write_text(lexicon)
    path = folder / "schedule.yaml"
    path.write_text(
        "office: {name: Văn phòng, lexicon: lexicon.yaml}\n"
        "channels: [{id: loa, kind: radio, folder: radio}]\n"
        'runs: [{id: a, at: "4:30", job: bulletin, channel: loa, slot: "5:00", minutes: 6}]\n'
    )
    return path


def test_it_reaches_the_radio_channel(tmp_path: Path) -> None:
    office = open_office(read(schedule(tmp_path, GOOD), {}).schedule, tmp_path, lambda: None, {})  # type: ignore[arg-type, return-value]
    radio = office.channels["loa"]
    assert isinstance(radio, RadioChannel)
    assert radio.reader.say("của VNPT").text == "của vi en pê tê"
    assert (radio.bulletins, radio.reader.longest) == (True, 120)


def test_its_mistakes_are_those_of_the_schedule(tmp_path: Path) -> None:
    with pytest.raises(ScheduleProblems, match=r"lexicon\.yaml:1:3"):
        read(schedule(tmp_path, "- {written: A}\n"), {})
