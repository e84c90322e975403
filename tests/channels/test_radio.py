"""A script can be read aloud as it stands, and its file is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import NotSent, Part, Priority, Reference
from channels.document import Figure, Heading, Listing, ListItem, Paragraph, Run, Table
from channels.radio import RadioChannel
from channels.radio.script import clean_text, duration, sentence, spoken_blocks, syllables
from pipeline.compose.sandbox import environment, renderer
from tests.channels.items import make_item

RENDER = renderer(environment(None), None)


def runs(text: str, href: str | None = None) -> tuple[Run, ...]:
    return (Run(text, href=href),)


def radio(folder: Path = Path("/unused")) -> RadioChannel:
    return RadioChannel("loa", folder, 190, "Văn phòng UBND tỉnh Phú Thọ")


def script(**changes: Any) -> str:
    (part,) = radio().compose(make_item(**changes), RENDER)
    return str(part.content["text"])


def test_a_whole_script() -> None:
    (part,) = radio().compose(make_item(), RENDER)
    assert part.content["text"] == (
        "Văn phòng UBND tỉnh Phú Thọ\n"
        f"Tin ngày 23/11/2026. Mức thông thường. Khoảng {part.content['syllables']} âm tiết,"
        f" {duration(part.content['seconds'])}.\n"
        "----------------------------------------\n\n"
        "Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy.\n\n"
        "Theo Văn phòng UBND tỉnh:\n\n"
        "Người dân không phải nghỉ làm để đi nộp hồ sơ.\n\n"
        "Sáng 20/11, Trung tâm Phục vụ hành chính công TP. Việt Trì tiếp nhận 15.000 hồ sơ.\n\n"
        "Thời gian tiếp nhận.\n\n"
        "Buổi sáng: từ 7h30.\n\n"
        "Buổi chiều: đến 17h00.\n"
    )
    assert part.content["seconds"] == round(part.content["syllables"] * 60 / 190)
    assert part.content["file"] == (
        "2026-11-23/2026-11-23T0730-7-trung-tam-phuc-vu-hanh-chinh-cong-tiep-nhan-ho-so-vao-sang.txt"
    )


def test_a_correction_says_what_it_corrects() -> None:
    text = script(
        kind="dinh-chinh", title="Số liệu quý III", corrects=Reference("Quý III: 98,6%", "https://x")
    )
    assert "Đính chính tin “Quý III: 98,6%”.\n\nSố liệu quý III." in text
    assert "https" not in text
    once = script(kind="dinh-chinh", title="Đính chính số liệu")
    assert once.count("Đính chính") == 1


def test_an_emergency_says_so() -> None:
    assert "Mức khẩn cấp." in script(priority=Priority.EMERGENCY)


def test_a_table_becomes_sentences() -> None:
    header = tuple(runs(name) for name in ("Cấp", "Tiếp nhận", "Trực tuyến (%)", "UBND", "Nhiệm vụ"))
    row = tuple(runs(cell) for cell in ("Cấp tỉnh", "71.240", "94,1", "12", "Kiểm tra"))
    table = Table(runs("Kết quả quý III"), header, (row, (*row[:1], (), (), (), ())))
    assert spoken_blocks((table,)) == (
        "Kết quả quý III.",
        "Cấp tỉnh: tiếp nhận 71.240; trực tuyến 94,1%; UBND 12; nhiệm vụ: Kiểm tra.",
        "Cấp tỉnh.",
    )
    assert spoken_blocks((Table((), (), (row,)),)) == ("Cấp tỉnh: 71.240; 94,1; 12; Kiểm tra.",)


def test_lists_headings_and_pictures() -> None:
    items = (
        ListItem(runs("Đơn đăng ký;"), 0, None),
        ListItem(runs("Nộp hồ sơ"), 0, 2),
        ListItem(runs("Bước 3: nhận kết quả"), 0, 3),
    )
    body = (Heading(2, runs("Giấy tờ:")), Listing(items), Figure("x.png", "Ảnh", runs("Chú thích")))
    assert spoken_blocks(body) == (
        "Giấy tờ.",
        "Đơn đăng ký.",
        "Mục 2: Nộp hồ sơ.",
        "Bước 3: nhận kết quả.",
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Nơi nhận: như trên./.", "Nơi nhận: như trên."),
        ("📣 Tin vui 🎉 cho 1️⃣ xã", "Tin vui cho 1 xã."),
        ("Nộp tại https://www.dichvucong.gov.vn/p/home?x=1.", "Nộp tại địa chỉ dichvucong.gov.vn."),
        ("Truy cập địa chỉ https://dichvucong.gov.vn để nộp", "Truy cập địa chỉ dichvucong.gov.vn để nộp."),
        ("https://dichvucong.gov.vn/p/home", ""),
        ("Sở trả lời: “Đúng hạn.”", "Sở trả lời: “Đúng hạn.”"),
        ("• Mang theo giấy tờ;", "Mang theo giấy tờ."),
        ("Chi tiết ở đây", "Chi tiết ở đây."),
        ("…", ""),
    ],
)
def test_sentences(written: str, read: str) -> None:
    assert sentence(written) == read


def test_a_link_target_is_not_read() -> None:
    assert spoken_blocks((Paragraph(runs("Xem kế hoạch", "https://x.example/a.pdf")),)) == ("Xem kế hoạch.",)


@given(st.text())
def test_nothing_unreadable_is_left(text: str) -> None:
    clean = clean_text(text)
    assert not {"\n", "\ufe0f", "\u200d", "•", "📣"} & set(clean)
    assert "http://" not in clean.lower()
    said = sentence(text)
    assert not said or said.rstrip('"”’»)]')[-1:] in ".!?:…"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("năm ngày", 2),
        ("2024", 7),  # hai nghìn không trăm hai mươi tư
        ("71.240", 9),  # bảy mươi mốt nghìn hai trăm bốn mươi
        ("98%", 6),  # chín mươi tám phần trăm
        ("…", 0),
    ],
)
def test_syllables(text: str, count: int) -> None:
    assert syllables(text) == count


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 giây"), (60, "1 phút"), (80, "1 phút 20 giây")])
def test_duration(seconds: int, words: str) -> None:
    assert duration(seconds) == words


class NoCheckpoint:
    value = None

    def save(self, value: object) -> None:
        raise AssertionError


def send(folder: Path, text: str = "Bản tin.\n") -> tuple[str, str]:
    part = Part(1, 1, {"text": text, "file": "2026-11-23/a-7-tin.txt"})
    receipt = radio(folder).send(part, target=str(folder), key="k", checkpoint=NoCheckpoint())
    return receipt.ref, receipt.detail["sha256"]


def test_sent_twice_is_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "radio"
    assert send(folder) == send(folder) == (
        "2026-11-23/a-7-tin.txt", hashlib.sha256("Bản tin.\n".encode()).hexdigest(),
    )  # fmt: skip
    assert [path.name for path in (folder / "2026-11-23").iterdir()] == ["a-7-tin.txt"]
    assert (folder / "2026-11-23" / "a-7-tin.txt").read_text("utf-8") == "Bản tin.\n"


def test_a_full_disk_is_not_sent_and_leaves_the_old_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotSent, match="No space left"):
        send(tmp_path, "Bản khác.\n")
    day = tmp_path / "2026-11-23"
    assert [(path.name, path.read_text()) for path in day.iterdir()] == [("a-7-tin.txt", "Bản tin.\n")]


def test_a_folder_that_is_a_file_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "2026-11-23").write_text("")
    with pytest.raises(NotSent):
        send(tmp_path)


@given(st.text(max_size=80), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_file_names_are_safe_and_sort_by_time(title: str, published: datetime) -> None:
    (part,) = radio().compose(make_item(title=title, published=published), RENDER)
    name = part.content["file"]
    assert name.isascii()
    assert len(name) < 120
    assert [p for p in Path(name).parts if p.startswith(".")] == []
    assert name.startswith(f"{published:%Y-%m-%d}/{published:%Y-%m-%dT%H%M}-7-")
