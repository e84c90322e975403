"""An office that lost its disk is restored, and nobody receives twice what went out after the backup."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.telegram import TelegramStandIn
from pipeline.keep.archive import unpack
from tests.crash.office import Folder, kill
from tests.crash.town import database_of_its_own

OFFICE = """
office: {{name: Văn phòng UBND tỉnh, base_url: "http://127.0.0.1:8000", backups: {{folder: kept}}}}
sources:
  - {{id: vpubnd, agency: Văn phòng UBND tỉnh, url: "file:rss.xml", approval: published}}
channels:
  - {{id: cong, kind: portal}}
  - {{id: telegram, kind: telegram, chat: "@phutho", token: "${{TOKEN}}", api: "{api}/bot", limits: none}}
routes:
  - {{channels: [cong]}}
  - {{channels: [telegram], not_before: "08:30", not_after: "20:00"}}
"""
ITEM = """<item><title>Tin {name}</title><guid>{name}</guid><link>https://a.example/{name}</link>
<pubDate>Mon, 23 Nov 2026 {at}:00 +0700</pubDate>
<description>&lt;p&gt;Tin {name}: {text}&lt;/p&gt;</description></item>"""
TEXTS = {
    "một": "Ủy ban nhân dân xã thông báo lịch tiếp công dân tháng mười hai tại trụ sở, từ tám giờ sáng.",
    "hai": "Trạm y tế phường tổ chức tiêm vắc xin cúm cho người cao tuổi vào hai ngày cuối tuần này.",
    "ba": "Công ty cấp nước tạm ngừng cấp nước khu vực phía đông để thay đường ống chính bị hư hỏng.",
    "bốn": "Trường trung học phổ thông công bố danh sách học sinh giỏi đoạt giải cấp quốc gia năm học mới.",
}


@pytest.fixture
def telegram() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        yield telegram


def office(path: Path, telegram: TelegramStandIn, database: str = "") -> Folder:
    environ = {"DATABASE_URL": database} if database else {}
    return Folder(path, telegram.url, schedule=OFFICE.format(api=telegram.url), environ=environ)


def says(folder: Folder, **times: str) -> None:
    """What the agency's feed shows, each item by when it was published."""
    items = "".join(ITEM.format(name=name, at=at, text=TEXTS[name]) for name, at in times.items())
    head = "<channel><title>A</title><link>https://a.example</link>"
    (folder.path / "rss.xml").write_text(f'<rss version="2.0">{head}{items}</channel></rss>')


def readers(telegram: TelegramStandIn) -> Counter[str]:
    return Counter(m["html"].split("Tin ")[1].split("<")[0].split(":")[0].strip() for m in telegram.shown())


def now(time_: str) -> tuple[str, str]:
    return "--now", f"2026-11-23T{time_}:00+07:00"


def test_what_went_out_after_the_backup_does_not_go_out_again(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    with database_of_its_own() as database, database_of_its_own() as other:
        folder = office(tmp_path, telegram, database)
        folder.run("user", "add", "lan", "--role", "operator")
        says(folder, một="07:00")
        folder.run("once", *now("08:00"))
        kept = folder.run("backup").splitlines()[0]
        assert kept.endswith("kept/loa-20261123-080000.tar.gz")
        assert readers(telegram) == {}, "its window has not opened"
        # After the backup: what was queued in it goes out, and something that it never knew.
        says(folder, một="07:00", hai="08:10")
        folder.run("once", *now("09:00"))
        assert readers(telegram) == {"một": 1, "hai": 1}
        # The disk is lost at half past nine; a third item comes too late for the office that died.
        says(folder, một="07:00", hai="08:10", ba="09:40")
        if other:
            folder.environ["DATABASE_URL"] = other
        new = ("--data", str(tmp_path / "new"))
        said = folder.run("restore", kept, *new)
        assert "Every channel is paused" in said
        assert "Tin một → telegram @phutho" not in said, "by the backup's own time it was not due"
        folder.run("once", *now("10:00"), *new)
        assert readers(telegram) == {"một": 1, "hai": 1}, "delivered although it was paused"
        queued = json.loads(folder.run("deliveries", "--state", "queued", "--json", *new))
        assert Counter(row["channel"] for row in queued) == {"cong": 2, "telegram": 3}
        asked = ("already-sent", "telegram", "--until", "2026-11-23T09:30:00+07:00", "--as", "lan", "--yes")
        said = folder.run(*asked, *new)
        assert "Tin một" in said
        assert "Tin hai" in said
        assert "Tin ba" not in said
        assert "2 marked as sent; 1 still queued" in said
        folder.run("resume", "--reason", "đã đối chiếu", "--as", "lan", *new)
        folder.run("once", *now("10:10"), *new)
        assert readers(telegram) == {"một": 1, "hai": 1, "ba": 1}
        assert "holds" in folder.run("audit", "verify", *new)


def test_a_backup_while_the_office_writes_and_one_that_is_killed(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    folder = Folder(tmp_path, telegram.url)
    folder.publish(20)
    with folder.start("once", *now("08:00")) as writing:
        said = folder.run("backup")
        _, err = writing.communicate(timeout=120)
        assert writing.returncode == 0, err
    assert "restored and whole" in said
    backups = folder.data / "backups"
    with folder.start("backup") as process:
        while not (backups / "unfinished" / "made").exists():
            assert process.poll() is None, "it was over before it could be killed"
            time.sleep(0.001)
        kill(process)
    assert process.returncode == -signal.SIGKILL
    whole = list(backups.glob("loa-*"))
    assert len(whole) == 1
    unpack(whole[0], tmp_path / "out")
    assert (backups / "unfinished" / "made").exists()
    folder.run("backup", *now("09:00"))
    assert not (backups / "unfinished").exists()
    assert len(list(backups.glob("loa-*"))) == 2


def test_an_office_of_an_earlier_version_waits_for_its_upgrade(
    tmp_path: Path, telegram: TelegramStandIn
) -> None:
    folder = office(tmp_path, telegram)
    says(folder, một="07:00")
    folder.run("once", *now("08:00"))
    with folder.start("once", by=("tests.crash.earlier",)) as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "loa upgrade" in err) == (1, True), err
    said = folder.run("upgrade", by=("tests.crash.earlier",))
    assert "restored and whole" in said
    assert "upgraded" in said
    with folder.start("once") as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "a newer Loa" in err) == (1, True), err
