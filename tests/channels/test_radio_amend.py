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

from channels.base import Amendment, Notice, NotSent, Part, Receipt, Rejected, Wording
from channels.document import Block, read
from channels.radio.channel import _OURS
from channels.radio.script import MOST_CHANGED, put_right
from tests.channels.documents import documents
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
    """The texts."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.txt") if path.is_file())


def stands(folder: Path, name: str = OLD) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("Bản cũ.")


def test_a_correction_is_read_as_one() -> None:
    content = correction().content
    (plain,) = radio().compose(make_item(), RENDER)
    assert content["text"] == (
        "Chúng tôi xin đính chính bản tin có nhan đề: Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào"
        " sáng thứ Bảy.\n\n"
        "Bản tin phát trước đây có chỗ chưa đúng.\n\n"
        "Lý do: Cơ quan nguồn sửa giờ.\n\n"
        "Sau đây là toàn bộ nội dung đúng.\n\n" + plain.content["text"].partition("\n\n")[2]
    )
    assert content["syllables"] > plain.content["syllables"]
    assert content["script"]["kind"] == "correction"
    assert content["file"] == (
        "2026-11-24/2026-11-24T0915-7-"
        "trung-tam-phuc-vu-hanh-chinh-cong-tiep-nhan-ho-so-vao-sang-dinh-chinh.txt"
    )


def test_a_correction_says_what_was_wrong() -> None:
    earlier = Wording(
        "Tiếp nhận hồ sơ", "", read("<p>Buổi sáng từ 7h30.</p><p>Chiều đến 17h00. Miễn phí.</p>")
    )
    item = make_item(
        title=earlier.title,
        lead="",
        html="<p>Buổi sáng từ 7h30.</p><p>Chiều đến 16h30. Miễn phí.</p>",
        amended=Amendment("sai giờ", AT, earlier),
    )
    (part,) = radio().correct(item, 1, RENDER)
    assert part.content["text"].startswith(
        "Chúng tôi xin đính chính bản tin có nhan đề: Tiếp nhận hồ sơ.\n\n"
        "Trong bản tin trước, chúng tôi đã đọc: Chiều đến mười bảy giờ.\n\n"
        "Xin đính chính: Chiều đến mười sáu giờ ba mươi phút.\n\n"
        "Lý do: Sai giờ.\n\n"
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"title": "Tiếp nhận hồ sơ", "html": "<p>Sáng nghỉ.</p>"},
            "Trong bản tin trước, chúng tôi đã đọc: Chiều nghỉ.\n\n"
            "Xin đính chính: Sáng nghỉ.\n\n"
            "Sau đây là toàn bộ nội dung đúng.\n\n"
            "Sáng nghỉ.",
        ),
        (
            {"title": "Trả hồ sơ", "html": "<p>Chiều nghỉ.</p>"},
            "Trong bản tin trước, chúng tôi đã đọc: Tiếp nhận hồ sơ.\n\n"
            "Xin đính chính: Trả hồ sơ.\n\n"
            "Sau đây là toàn bộ nội dung đúng.\n\n"
            "Trả hồ sơ.\n\n"
            "Chiều nghỉ.",
        ),
        ({"title": "Tiếp nhận hồ sơ", "html": ""}, "Bản tin phát trước đây có chỗ chưa đúng."),
    ],
)
def test_a_title_is_read_twice_only_where_it_is_another(changes: dict[str, str], told: str) -> None:
    earlier = Wording("Tiếp nhận hồ sơ", "", read("<p>Chiều nghỉ.</p>"))
    item = make_item(lead="", agency="", amended=Amendment("", AT, earlier), **changes)
    (part,) = radio().correct(item, 1, RENDER)
    assert part.content["text"] == (
        f"Chúng tôi xin đính chính bản tin có nhan đề: Tiếp nhận hồ sơ.\n\n{told}\n"
    )


@given(documents, documents)
def test_any_wording_can_be_put_right(old: tuple[Block, ...], new: tuple[Block, ...]) -> None:
    """What is told of it was there before and is not now, or the other way round."""
    item = make_item(lead="", body=new, amended=Amendment("sai", AT, Wording(make_item().title, "", old)))
    changes = put_right(item)["changes"]
    assert sum(len(words.split()) for change in changes for words in change) <= MOST_CHANGED
    assert [change for change in changes if change[0] == change[1]] == []
    if old == new:
        assert changes == []


def test_where_nobody_heard_the_old_wording_the_new_one_is_news() -> None:
    (plain,) = radio().compose(make_item(), RENDER)
    assert correction().content["anew"] == [plain.content["script"]]


def test_a_withdrawal_is_a_script_of_its_own() -> None:
    content = withdrawal().content
    assert content["text"] == (
        "Chúng tôi xin gỡ bản tin đã phát, có nhan đề: Lịch tiếp công dân.\n\n"
        "Bản tin này của Sở Nội vụ được gỡ lúc chín giờ mười lăm phút ngày hai mươi tư tháng mười một"
        " năm hai nghìn không trăm hai mươi sáu.\n\n"
        "Lý do: Đăng nhầm bản dự thảo.\n\n"
        "Đề nghị bà con không sử dụng và không chia sẻ thông tin trong bản tin này.\n"
    )
    # What is asked of the stations is none of the village's business.
    assert content["script"]["notes"] == [
        "Chỉ đọc lời này nếu đài đã phát bài được nói đến.",
        "Đề nghị các đài truyền thanh không phát lại bản tin này.",
    ]
    assert content["script"]["kind"] == "withdrawal"
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
