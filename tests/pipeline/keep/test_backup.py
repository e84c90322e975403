"""A backup is one file that was restored and found whole; what is not whole is no backup."""

from __future__ import annotations

import fcntl
import json
import tarfile
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from pipeline import audit
from pipeline.clock import Clock
from pipeline.keep import backup as keeping
from pipeline.keep.archive import unpack
from pipeline.keep.backup import BackupTrouble, ChainBroken, back_up
from pipeline.keep.database import DatabaseTrouble, snapshot
from pipeline.keep.proof import Proof, Unproved
from pipeline.models import AuditEntry, OfficeFact, Picture, Upload
from pipeline.schedule import Backups, RunSettings
from pipeline.write.drafts import begin
from tests.pipeline.day import Day, at, person

# What the backup reads must be committed.
pytestmark = pytest.mark.django_db(transaction=True)
SHA = "ab" * 32


@pytest.fixture
def backups(day: Day, tmp_path: Path) -> Iterator[Path]:
    """Where the office's backups go; it has one article, a picture and a written head of its audit log."""
    day.says("1")
    day.once()
    picture = day.office.pictures / "ab" / f"{SHA}.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"\x89PNG")
    Picture.objects.create(
        sha256=SHA, content_type="image/png", width=1, height=1, size=4, source_url="x", fetched_at=day.now
    )
    (tmp_path / "secret-key").write_text("khóa")
    yield tmp_path / "backups"
    assert not (tmp_path / "backups" / "unfinished").exists()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


def test_one_file_with_everything_in_it(day: Day, backups: Path, tmp_path: Path) -> None:
    made = back_up(day.office)
    assert names(backups) == ["loa-20261123-080100.tar.gz"] == [made.path.name]
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert (made.proof.damage, made.proof.broken, made.proof.lost_pictures) == ("", "", 0)
    assert (made.proof.articles, made.proof.deliveries) == (1, 3)
    assert made.proof.acts == AuditEntry.objects.count()
    found = unpack(made.path, tmp_path / "out")
    assert (found.kind, found.at, found.head) == (connection.vendor, day.now, audit.head())
    assert sorted(found.members) == ["audit-heads.jsonl", "database", f"pictures/ab/{SHA}.png", "secret-key"]
    assert (tmp_path / "out" / "secret-key").read_text() == "khóa"
    assert OfficeFact.objects.get(name="last-backup").value == day.now.isoformat()


def test_the_oldest_go_and_what_is_not_ours_stays(
    day: Day, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "prove", lambda *_given: Proof("", "", 0, 1, 3, 5))
    object.__setattr__(day.office.schedule.office, "backups", Backups(folder="backups", keep=2))
    backups.mkdir()
    (backups / "loa-của-ai.tar.gz").write_text("không phải của Loa")
    (backups / "loa-20200101-000000.tar.gz").write_text("cũ")
    for hour in (9, 10):
        day.now = at(f"2026-11-23T{hour:02}:00")
        back_up(day.office)
    assert names(backups) == [
        "loa-20261123-090000.tar.gz",
        "loa-20261123-100000.tar.gz",
        "loa-của-ai.tar.gz",
    ]


def test_a_log_that_was_tampered_with_is_said_and_costs_no_older_backup(day: Day, backups: Path) -> None:
    object.__setattr__(day.office.schedule.office, "backups", Backups(keep=1))
    back_up(day.office)
    AuditEntry.objects.filter(sequence=1).update(who="kẻ khác")
    day.now += timedelta(hours=1)
    with pytest.raises(ChainBroken, match="entry 1: its fields were changed"):
        back_up(day.office)
    assert len(names(backups)) == 2


def test_a_head_that_was_written_out_is_held_against_the_restored_log(day: Day, backups: Path) -> None:
    with (day.office.data / audit.HEADS).open("a") as heads:
        heads.write(json.dumps({"sequence": 1, "digest": "0" * 64}) + "\n")
    with pytest.raises(ChainBroken, match="rewritten"):
        back_up(day.office)


def test_the_clock_makes_it_and_says_why_it_could_not(day: Day, backups: Path) -> None:
    run = RunSettings(id="sao-luu", at=time(2), job="backup")
    object.__setattr__(day.office.schedule, "runs", (run,))
    clock = Clock(day.office, {"backup": lambda _run, _moment: back_up(day.office)})
    clock.look()
    day.now = at("2026-11-24T02:01")
    [done] = clock.look()
    assert (done.state, names(backups)) == ("done", ["loa-20261124-020100.tar.gz"])
    day.now = at("2026-11-25T02:01")
    with (backups / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        [failed] = clock.look()
    assert failed.state == "failed"
    assert "another backup" in failed.note


def test_pictures_that_were_lost_are_counted(day: Day, backups: Path) -> None:
    (day.office.pictures / "ab" / f"{SHA}.png").unlink()
    assert back_up(day.office).proof.lost_pictures == 1


def test_attachments_that_were_lost_are_counted(day: Day, backups: Path) -> None:
    lan = person("lan", "editor")
    draft = begin(day.office, lan, "Văn phòng", "tin")
    row = {"content_type": "application/pdf", "size": 4, "user": lan, "at": day.now}
    draft.uploads.create(sha256="cd" * 32, **row)
    assert back_up(day.office).proof.lost_pictures == 1


def test_an_office_of_before_there_were_uploads_is_backed_up(day: Day, backups: Path) -> None:
    with connection.schema_editor() as schema:
        schema.delete_model(Upload)
    try:
        assert back_up(day.office).proof.lost_pictures == 0
    finally:
        with connection.schema_editor() as schema:
            schema.create_model(Upload)


@pytest.mark.parametrize("broken", ["snapshot", "restored", "prove"])
def test_what_was_not_proved_is_no_backup(
    day: Day, backups: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Unproved("no such table") if broken == "prove" else DatabaseTrouble("disk I/O error")

    def fails(*_given: Any) -> None:
        raise trouble

    monkeypatch.setattr(keeping, broken, fails)
    with pytest.raises(BackupTrouble, match=str(trouble)):
        back_up(day.office)
    assert names(backups) == []
    assert not OfficeFact.objects.filter(name="last-backup").exists()


def test_a_damaged_copy_is_found_by_opening_it(
    day: Day, backups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(target: Path) -> None:
        snapshot(target)
        content = bytearray(target.read_bytes())
        content[len(content) // 3 : len(content) // 3 + 9000] = bytes(9000)
        target.write_bytes(content)

    monkeypatch.setattr(keeping, "snapshot", damaged)
    with pytest.raises(BackupTrouble):
        back_up(day.office)
    assert names(backups) == []


def test_two_at_once_are_one_and_what_a_kill_left_goes(day: Day, backups: Path) -> None:
    (backups / "unfinished").mkdir(parents=True)
    (backups / "unfinished" / "made").write_text("half")
    with (backups / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupTrouble, match="another backup"):
            back_up(day.office)
        assert (backups / "unfinished").exists()
    assert tarfile.is_tarfile(back_up(day.office).path)
