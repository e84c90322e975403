"""Scripts put right and taken back: the new one stands before the old one goes, and nothing else goes."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Amendment, Notice, NotSent, Part, Receipt, Rejected
from channels.radio.channel import _OURS
from channels.radio.script import duration, moment
from tests.channels.items import HANOI, make_item
from tests.channels.test_radio import RENDER, NoCheckpoint, radio

AT = datetime(2026, 11, 24, 9, 15, tzinfo=HANOI)
OLD = "2026-11-23/2026-11-23T0730-7-tin.txt"


def correction(**changes: Any) -> Part:
    item = make_item(amended=Amendment("cơ quan nguồn sửa giờ", AT), **changes)
    (part,) = radio().correct(item, 1, RENDER)
    return part


def withdrawal(title: str = "Lịch tiếp công dân", agency: str = "Sở Nội vụ") -> Part:
    (part,) = radio().withdraw(Notice(title, "đăng nhầm bản dự thảo", AT, agency, "https://x"), 1, RENDER)
    return part


def deliver(folder: Path, part: Part, *old: str) -> str:
    return (
        radio(folder)
        .send(
            part,
            target=str(folder),
            key="k",
            checkpoint=NoCheckpoint(),
            standing=[Receipt(name) for name in old],
        )
        .ref
    )


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def stands(folder: Path, name: str = OLD) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("Bản cũ.")


def test_a_correction_is_headed_and_read_as_one() -> None:
    content = correction().content
    (plain,) = radio().compose(make_item(), RENDER)
    assert content["text"] == (
        "Văn phòng UBND tỉnh Phú Thọ\n"
        "BẢN ĐÍNH CHÍNH ngày 24/11/2026, thay bản tin ngày 23/11/2026. Mức thông thường."
        f" Khoảng {content['syllables']} âm tiết, {duration(content['seconds'])}.\n"
        "----------------------------------------\n\n"
        "Bản tin phát trước đây có chỗ chưa đúng, chúng tôi xin đính chính.\n\n"
        "Lý do: Cơ quan nguồn sửa giờ.\n\n"
        "Nội dung đúng như sau.\n\n" + plain.content["text"].partition("-\n\n")[2]
    )
    assert content["syllables"] > plain.content["syllables"]
    assert content["file"] == (
        "2026-11-24/2026-11-24T0915-7-"
        "trung-tam-phuc-vu-hanh-chinh-cong-tiep-nhan-ho-so-vao-sang-dinh-chinh.txt"
    )


def test_a_withdrawal_is_a_script_of_its_own() -> None:
    content = withdrawal().content
    assert content["text"] == (
        "Văn phòng UBND tỉnh Phú Thọ\n"
        f"THÔNG BÁO GỠ TIN ngày 24/11/2026. Khoảng {content['syllables']} âm tiết,"
        f" {duration(content['seconds'])}.\n"
        "----------------------------------------\n\n"
        "Thông báo.\n\n"
        "Bản tin “Lịch tiếp công dân” của Sở Nội vụ, phát trước đó, đã được gỡ lúc 9 giờ 15 phút"
        " ngày 24/11/2026.\n\n"
        "Lý do: Đăng nhầm bản dự thảo.\n\n"
        "Đề nghị bà con không sử dụng và không chia sẻ thông tin trong bản tin này.\n\n"
        "Đề nghị các đài truyền thanh không phát lại.\n"
    )
    assert re.fullmatch(
        r"2026-11-24/2026-11-24T0915-lich-tiep-cong-dan-[0-9a-f]{6}-go-bai\.txt", content["file"]
    )
    assert withdrawal(agency="Sở Y tế").content["file"] != content["file"]


def test_a_first_post_says_nothing_of_corrections() -> None:
    amended = make_item(amended=Amendment("sai giờ", AT))
    assert radio().compose(amended, RENDER) == radio().compose(make_item(), RENDER)


def test_the_new_script_takes_the_old_one_s_place_however_often(tmp_path: Path) -> None:
    for part in (correction(), withdrawal()):
        for name in (OLD, "2026-11-24/2026-11-24T0800-7-tin-dinh-chinh.txt", "2026-11-23/khac.txt"):
            stands(tmp_path, name)
        old = (OLD, "2026-11-24/2026-11-24T0800-7-tin-dinh-chinh.txt", "2026-01-01/never-there.txt", "")
        assert deliver(tmp_path, part, *old) == deliver(tmp_path, part, *old) == part.content["file"]
        assert files(tmp_path) == ["2026-11-23/khac.txt", part.content["file"]]
        (tmp_path / part.content["file"]).unlink()
    assert radio().repeatable(correction().content)


def test_a_script_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    part = correction()
    stands(tmp_path, part.content["file"])
    deliver(tmp_path, part, part.content["file"])
    assert files(tmp_path) == [part.content["file"]]
    assert (tmp_path / part.content["file"]).read_text("utf-8") == part.content["text"]


def test_while_the_new_one_cannot_be_written_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotSent, match="No space left"):
        deliver(tmp_path, withdrawal(), OLD)
    assert files(tmp_path) == [OLD]
    monkeypatch.undo()
    deliver(tmp_path, withdrawal(), OLD)
    assert files(tmp_path) == [withdrawal().content["file"]]


def test_an_old_one_that_cannot_be_removed_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / OLD / "full").mkdir(parents=True)
    with pytest.raises(NotSent):
        deliver(tmp_path, withdrawal(), OLD)
    (tmp_path / OLD / "full").rmdir()
    (tmp_path / OLD).rmdir()
    assert deliver(tmp_path, withdrawal(), OLD) == withdrawal().content["file"]


@pytest.mark.parametrize(
    "name",
    ["../precious.txt", "2026-11-23/../../precious.txt", "/etc/passwd", "2026-11-23", ".", "..", "a\0b",
     "2026-11-23/.x.txt", "２０２６-11-23/x.txt", "2026-11-23/x.txt\n"],
)  # fmt: skip
def test_a_receipt_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "precious.txt").write_text("quý")
    stands(tmp_path / "radio")
    with pytest.raises(Rejected):
        deliver(tmp_path / "radio", withdrawal(), OLD, name)
    assert files(tmp_path) == ["precious.txt", f"radio/{OLD}"]


@given(
    st.text(max_size=80),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_what_a_script_is_named_can_be_taken_away_again(title: str, at: datetime) -> None:
    item = make_item(title=title, published=at, amended=Amendment("sai", at))
    (part,) = radio().compose(item, RENDER)
    (corrected,) = radio().correct(item, 1, RENDER)
    (withdrawn,) = radio().withdraw(Notice(title, "sai", at, "Sở", ""), 1, RENDER)
    for one in (part, corrected, withdrawn):
        assert _OURS.fullmatch(one.content["file"])
        assert len(one.content["file"]) < 140


@pytest.mark.parametrize(
    ("at", "said"), [(AT, "9 giờ 15 phút ngày 24/11/2026"), (AT.replace(minute=0), "9 giờ ngày 24/11/2026")]
)
def test_moment(at: datetime, said: str) -> None:
    assert moment(at) == said
