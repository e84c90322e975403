"""`loa speak`, `loa bulletin` and `loa lexicon check`, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import radio, work
from pipeline.cli.main import loa as group
from pipeline.cli.session import Options
from tests.commands import loa

SCHEDULE = """\
office: {name: Văn phòng UBND tỉnh, lexicon: lexicon.yaml}
sources:
  - {id: xa, agency: UBND xã, url: "file:xa.xml", approval: published}
channels:
  - {id: loa, kind: radio, folder: radio}
routes:
  - {channels: [loa]}
runs:
  - {id: sang, at: "04:30", job: bulletin, channel: loa, slot: "05:00", minutes: 5}
"""
FEED = """\
<rss version="2.0"><channel><title>Xã</title><link>https://xa.example/</link>
<item><title>Lịch tiếp dân</title><guid isPermaLink="false">1</guid><link>https://xa.example/1</link>
<pubDate>Mon, 23 Nov 2026 15:00:00 +0700</pubDate>
<description>UBND xã tiếp công dân vào sáng 26/11 tại trụ sở, thời gian từ 8h00.
Mọi công dân đều được tiếp.</description></item></channel></rss>"""


def here(*arguments: str, given: str = "") -> Result:
    """A command in this process: for what opens no office."""
    for module in (work, radio):
        module.register(group)
    return CliRunner().invoke(group, arguments, input=given, obj=Options())


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "schedule.yaml").write_text(SCHEDULE)
    (tmp_path / "lexicon.yaml").write_text("- {written: KSTTHC, spoken: kiểm soát thủ tục hành chính}\n")
    (tmp_path / "xa.xml").write_text(FEED)
    return tmp_path


def test_a_line_in_is_a_line_out() -> None:
    said = here("speak", given="Sáng 26/4\n\nUBND tỉnh\u2028và\r\ncuối cùng")
    assert (said.exit_code, said.stderr) == (0, "")
    lines = said.stdout.split("\n")
    assert len(lines) == 5
    assert lines[:2] == ["Sáng ngày hai mươi sáu tháng tư", ""]
    assert lines[2].startswith("Ủy ban nhân dân tỉnh")


def test_the_explanation_is_json_with_places_in_what_was_written(office: Path) -> None:
    lexicon = str(office / "lexicon.yaml")
    said = here("speak", "--explain", "--lexicon", lexicon, "Phòng", "KSTTHC", "họp", "sáng", "26/4")
    found = json.loads(said.stdout)
    assert found["spoken"] == "Phòng kiểm soát thủ tục hành chính họp sáng ngày hai mươi sáu tháng tư"
    [ours, date] = found["expansions"]
    assert (ours["rule"], ours["written"]) == ("lexicon", "KSTTHC")
    assert found["written"][date["start"] : date["end"]] == date["written"] == "26/4"
    assert found["flags"] == []


def test_a_bulletin_is_drafted_made_and_shown_again(office: Path) -> None:
    assert loa("once", "--now", "2026-11-23T16:00:00+07:00", folder=office).returncode == 0
    asked = ("bulletin", "--slot", "05:00", "--date", "2026-11-24", "--json")
    drafted = json.loads(loa(*asked, "--dry-run", folder=office).stdout)
    assert (drafted["made"], [item["title"] for item in drafted["items"]]) == (False, ["Lịch tiếp dân"])
    assert not list((office / "radio").glob("2026-11-24/*"))
    made = json.loads(loa(*asked, "--now", "2026-11-24T04:30:00+07:00", folder=office).stdout)
    assert made | {"made": False} == drafted
    assert (made["slot"], made["slot"] - made["shortfall"]) == (300, made["seconds"])
    assert list((office / "radio" / "2026-11-24").glob("2026-11-24T0500-*.txt"))
    late = loa("bulletin", "--slot", "5:00", "--now", "2026-11-24T09:00:00+07:00", folder=office)
    assert "short" in late.stdout.splitlines()[0]
    assert "Lịch tiếp dân" in late.stdout
    empty = loa("bulletin", "--slot", "05:00", "--date", "2026-11-25", "--dry-run", folder=office).stdout
    assert "00:00 of 05:00, 05:00 short (100.0%)" in empty
    assert "nothing to read" in empty
    missed = loa("bulletin", "--slot", "05:00", "--date", "2026-11-23", folder=office)
    assert (missed.returncode, "Đã quá giờ phát 05:00 ngày 23/11/2026" in missed.stderr) == (1, True)


def test_a_draft_says_what_it_does_not_count_and_that_its_time_is_past(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOA_DATA", str(office / "var"))
    text = (office / "schedule.yaml").read_text().replace("job: bulletin", "days: mon-sat, job: bulletin")
    (office / "schedule.yaml").write_text(text)
    asked = ("bulletin", "--slot", "05:00", "--dry-run", "--date")
    (office / "radio").write_text("in the way")
    assert loa("once", "--now", "2026-11-23T16:00:00+07:00", folder=office).returncode == 0
    waits = loa(*asked, "2026-11-24", "--now", "2026-11-23T16:10:00+07:00", folder=office).stdout
    assert "not counted yet: 1 approved" in waits
    assert "past" not in waits
    late = loa(*asked, "2026-11-24", "--now", "2026-11-24T05:00:00+07:00", folder=office).stdout
    assert "its time is past" in late
    sunday = loa(*asked, "2026-11-29", folder=office)
    assert (sunday.returncode, "05:00 on Sunday, 2026-11-29" in sunday.stderr) == (1, True)


def test_a_channel_that_cannot_have_its_bulletin_holds_up_no_other(office: Path) -> None:
    schedule = (office / "schedule.yaml").read_text()
    off = "channels:\n  - {id: huyen, kind: radio, folder: huyen, enabled: false}\n"
    run = 'runs:\n  - {id: huyen, at: "04:30", job: bulletin, channel: huyen, slot: "05:00"}\n'
    (office / "schedule.yaml").write_text(schedule.replace("channels:\n", off).replace("runs:\n", run))
    said = loa("bulletin", "--slot", "05:00", "--date", "2026-11-25", "--dry-run", folder=office)
    assert (said.returncode, said.stderr) == (1, "huyen: Kênh huyen không được bật.\n")
    assert said.stdout.startswith("loa  2026-11-25T05:00")


def test_a_slot_that_nobody_makes_and_one_that_is_none_are_refused(office: Path) -> None:
    unknown = loa("bulletin", "--slot", "06:00", folder=office)
    assert (unknown.returncode, "slots: 05:00" in unknown.stderr) == (1, True)
    assert here("bulletin", "--slot", "24:00").exit_code == 2
    assert here("bulletin", "--slot", "05:00", "--date", "24/11").exit_code == 2


def test_a_lexicon_is_checked_by_itself_and_with_the_schedule(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office)
    assert here("lexicon", "check").stdout.endswith("lexicon.yaml: 1 readings\n")
    (office / "lexicon.yaml").write_text("- {written: KSTTHC}\n")
    for command in (("lexicon", "check"), ("lexicon", "check", "lexicon.yaml"), ("check",)):
        refused = here(*command)
        assert (refused.exit_code, "lexicon.yaml:1:3: [0]: thiếu “spoken”" in refused.stderr) == (1, True)
