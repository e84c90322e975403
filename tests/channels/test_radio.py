"""A script is text that can be read aloud as it stands, and its files are there whole or not at all."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import NotSent, Part, Priority
from channels.radio.channel import RadioChannel
from channels.radio.programme import Script
from channels.radio.reader import Reader
from pipeline.compose.sandbox import environment, renderer
from tests.channels.items import HANOI, feed_item, feed_keys, make_item

RENDER = renderer(environment(None), None)


def radio(folder: Path = Path("/unused"), **how: Any) -> RadioChannel:
    return RadioChannel("loa", folder, 190, "Văn phòng UBND tỉnh Phú Thọ", **how)


def composed(**changes: Any) -> Part:
    (part,) = radio().compose(make_item(**changes), RENDER)
    return part


def test_a_whole_script() -> None:
    part = composed()
    assert part.content["text"] == (
        "Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy.\n\n"
        "Theo Văn phòng Ủy ban nhân dân tỉnh:\n\n"
        "Người dân không phải nghỉ làm để đi nộp hồ sơ.\n\n"
        "Sáng ngày hai mươi tháng mười một, Trung tâm Phục vụ hành chính công thành phố Việt Trì tiếp nhận"
        " mười lăm nghìn hồ sơ.\n\n"
        "Thời gian tiếp nhận.\n\n"
        "Buổi sáng: từ bảy giờ ba mươi phút.\n\n"
        "Buổi chiều: đến mười bảy giờ.\n"
    )
    assert part.content["syllables"] == len(part.content["text"].split())
    assert part.content["seconds"] == pytest.approx(part.content["syllables"] * 60 / 190, abs=1)
    assert part.content["file"] == (
        "2026-11-23/2026-11-23T0730-7-trung-tam-phuc-vu-hanh-chinh-cong-tiep-nhan-ho-so-vao-sang.txt"
    )
    assert part.content["parts"] == []
    assert Script.of(part.content["script"]).title == make_item().title


def test_where_bulletins_are_read_single_scripts_are_stock_except_emergencies() -> None:
    channel = radio(bulletins=True)
    (part,) = channel.compose(make_item(), RENDER)
    assert part.content["file"].startswith("2026-11-23/tin/2026-11-23T0730-7-")
    (urgent,) = channel.compose(make_item(priority=Priority.EMERGENCY), RENDER)
    assert urgent.content["file"].startswith("2026-11-23/2026-11-23T0730-7-")


def test_a_script_lies_in_the_folder_of_the_day_on_which_it_was_released() -> None:
    released = datetime(2026, 11, 24, 9, 5, tzinfo=HANOI)
    content = composed(released=released).content
    assert content["file"].startswith("2026-11-24/2026-11-24T0905-7-")
    assert content["airs_at"] == released.isoformat()
    assert content["script"]["published"] == make_item().published.isoformat()


def test_an_office_reads_at_its_own_rate_and_length() -> None:
    channel = radio(reader=Reader(120, longest=60))
    (part,) = channel.compose(feed_item("vp-02"), RENDER)
    assert part.content["seconds"] <= 60
    assert len(part.content["parts"]) > 1


def test_pictures_alone_leave_the_title() -> None:
    text = composed(lead="", html='<img src="https://a.vn/b.png" alt="Ảnh">').content["text"]
    assert text == "Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy.\n"


@pytest.mark.parametrize("key", feed_keys())
def test_what_a_machine_reads_has_no_mark_for_people(key: str) -> None:
    (part,) = radio().compose(feed_item(key), RENDER)
    words = part.content["text"].split()
    assert not {"/", "//", "Giọng"} & set(words)
    assert part.content["text"].endswith("\n")
    assert "\n\n\n" not in part.content["text"]


@given(st.text())
def test_any_text_gives_a_script(text: str) -> None:
    (part,) = radio().compose(make_item(title=f"Tin {text}", lead=text), RENDER)
    assert part.content["text"].startswith("Tin")


class NoCheckpoint:
    value = None

    def save(self, value: object) -> None:
        raise AssertionError


def send(folder: Path, **changes: Any) -> tuple[str, str]:
    receipt = radio(folder).send(composed(**changes), target=str(folder), key="k", checkpoint=NoCheckpoint())
    return receipt.ref, receipt.detail["sha256"]


DAY = "2026-11-23"
NAME = "2026-11-23T0730-7-tin"
ALL = [f"{NAME}.docx", f"{NAME}.json", f"{NAME}.pdf", f"{NAME}.txt", "index.html"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / DAY).iterdir() if path.suffix != ".wav")


def test_sent_twice_is_one_script(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "radio"
    text = composed(title="Tin").content["text"]
    told = (f"{DAY}/{NAME}.txt", hashlib.sha256(text.encode()).hexdigest())
    assert send(folder, title="Tin") == send(folder, title="Tin") == told
    assert names(folder) == ALL
    assert (folder / DAY / f"{NAME}.txt").read_text("utf-8") == text


def test_a_full_disk_is_not_sent_and_leaves_the_old_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path, title="Tin")
    old = {path.name: path.read_bytes() for path in (tmp_path / DAY).iterdir()}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotSent, match="No space left"):
        send(tmp_path, title="Tin", lead="Khác")
    assert {path.name: path.read_bytes() for path in (tmp_path / DAY).iterdir()} == old


def test_what_a_power_cut_left_half_written_is_replaced(tmp_path: Path) -> None:
    day = tmp_path / DAY
    day.mkdir()
    (day / f".{NAME}.txt.tmp").write_text("Bản")
    send(tmp_path, title="Tin")
    assert names(tmp_path) == ALL


def test_a_folder_that_is_a_file_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / DAY).write_text("")
    with pytest.raises(NotSent):
        send(tmp_path)


@settings(max_examples=50)
@given(st.text(max_size=80), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_file_names_are_safe_and_sort_by_time(title: str, published: datetime) -> None:
    name = composed(title=title, published=published).content["file"]
    assert name.isascii()
    assert len(name) < 120
    assert [p for p in Path(name).parts if p.startswith(".")] == []
    assert name.startswith(f"{published:%Y-%m-%d}/{published:%Y-%m-%dT%H%M}-7-")
