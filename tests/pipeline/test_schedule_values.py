"""The notations of schedule.yaml mean one thing each, and everything else is refused with a mend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schedule import values
from pipeline.schedule.values import DAYS, Wrong

READERS: list[Callable[[str], Any]] = [
    values.clock_time,
    values.duration,
    values.calendar_date,
    values.rate,
    values.days,
    values.zone,
    lambda text: values.address(text, ("https", "http")),
    lambda text: values.folder_inside(text, Path("/nowhere")),
    lambda text: values.file_address(text, Path("/nowhere")),
]


@given(
    reader=st.sampled_from(READERS),
    text=st.text(max_size=40) | st.text("0123456789:/-.,smhd\0%[]@", max_size=12),
)
def test_any_text_is_read_or_refused_with_a_mend(reader: Callable[[str], Any], text: str) -> None:
    try:
        reader(text)
    except Wrong as wrong:
        refused = wrong
    else:
        return
    assert refused.message
    assert refused.mend


@given(st.times())
def test_a_written_time_is_that_time(at: time) -> None:
    assert values.clock_time(f"{at:%H:%M}") == at.replace(second=0, microsecond=0, tzinfo=None)


@pytest.mark.parametrize(
    "text", ["24:00", "4", "0430", "04:60", "04:30:00", "４:30", "", "4:3", "-1:00", "04:30\n"]
)
def test_a_bad_time_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="not a time of day"):
        values.clock_time(text)


@given(number=st.integers(1, 3650), unit=st.sampled_from("smhd"))
def test_a_duration_is_number_times_unit(number: int, unit: str) -> None:
    size = {"s": 1, "m": 60, "h": 3600, "d": 86_400}[unit]
    assert values.duration(f"{number}{unit}") == timedelta(seconds=number * size)


@pytest.mark.parametrize(
    "text", ["0m", "3651d", "999999h", "10", "m", "1.5h", "10 m", "-1h", "1w", "٣m", "10m\n"]
)
def test_a_bad_duration_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="not a duration"):
        values.duration(text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("mon", {0}),
        ("mon-sat", {0, 1, 2, 3, 4, 5}),
        ("mon,wed", {0, 2}),
        ("Mon, Wed", {0, 2}),
        ("fri-mon", {4, 5, 6, 0}),
        ("sun-sun", {6}),
        (["mon", "thu-fri"], {0, 3, 4}),
    ],
)
def test_days(written: str | list[object], expected: set[int]) -> None:
    assert values.days(written) == expected


@given(first=st.integers(0, 6), last=st.integers(0, 6))
def test_a_range_of_days_goes_from_the_first_to_the_last(first: int, last: int) -> None:
    found = values.days(f"{DAYS[first]}-{DAYS[last]}")
    assert {first, last} <= found
    assert len(found) == (last - first) % 7 + 1


@pytest.mark.parametrize("text", ["1", "1-5", "mon-5", "*", "0,mon"])
def test_a_numeric_weekday_is_refused_by_name(text: str) -> None:
    with pytest.raises(Wrong, match="weekday as a number"):
        values.days(text)


@pytest.mark.parametrize("written", ["", "mo", "mon-", "-mon", "mon,,tue", "thứ hai", [], [["mon"]]])
def test_what_is_no_day_is_refused(written: str | list[object]) -> None:
    with pytest.raises(Wrong):
        values.days(written)


def test_rates() -> None:
    assert values.rate("30/1s") == (30, 1.0)
    assert values.rate("20/2m") == (20, 120.0)
    for text in ("0/1s", "30/0s", "30", "none", "30/s"):
        with pytest.raises(Wrong, match="not a limit"):
            values.rate(text)


@pytest.mark.parametrize(
    "text", ["Asia", "../etc/passwd", "/etc/localtime", "GMT+7", "", "zone.tab", "Asia/Hanoi\0"]
)
def test_what_is_no_zone_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="not a time zone"):
        values.zone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "//x",
        "https://",
        "https:///p",
        "ftp://x",
        "https://a b",
        "https://u@h",
        "https://h:99999",
        "https://[",
        "javascript:x",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        values.address(text, ("https", "http"))


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_not(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "inside").symlink_to("real")
    (tmp_path / "outside").symlink_to(tmp_path.parent)
    (tmp_path / "loop").symlink_to("loop")
    assert values.folder_inside("inside/radio", tmp_path) == tmp_path / "real/radio"
    for text in ("outside", "outside/x", "loop", "a/../b", str(tmp_path), ""):
        with pytest.raises(Wrong):
            values.folder_inside(text, tmp_path)
