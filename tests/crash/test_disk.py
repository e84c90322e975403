"""A full disk and a read-only one: what can't be written down doesn't go out, and nothing is lost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.db import OperationalError

from demo.faults import Fault
from demo.telegram import TelegramStandIn
from pipeline import run
from tests.crash import disk
from tests.crash.office import Folder, says
from tests.crash.town import NOW, STARTED
from tests.pipeline.day import Day


class Small(Folder):
    """An office whose data folder is a small disk."""

    def __init__(self, path: Path, telegram: TelegramStandIn, its: disk.Disk) -> None:
        super().__init__(path, telegram.url)
        self.telegram, self.disk = telegram, its
        self.inside, self.data = its.inside, path / "copy"

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        # SQLite looks a file's path up by itself, and would not find the one on that disk.
        shutil.copytree(self.disk.seen, self.data, dirs_exist_ok=True)
        return super().ask(sql)

    def refused(self) -> str:
        """What `once` says where it cannot work."""
        with self.start("once", "--now", NOW) as process:
            _, err = process.communicate(timeout=STARTED)
        assert process.returncode == 1, err
        assert "Traceback" not in err
        assert str(self.disk.folder) in err
        return err

    def is_whole(self) -> bool:
        """Whether each item is an article, approved, and went out exactly once on each channel."""
        articles = self.ask("SELECT state, count(*) FROM pipeline_article GROUP BY state")
        rows = self.ask("SELECT state, count(*) FROM pipeline_delivery GROUP BY state")
        return (
            articles == [("approved", self.items)]
            and rows == [("sent", 3 * self.items)]
            and len(self.telegram.shown()) == self.items
            and "holds" in self.run("audit", "verify")
        )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Small]:
    if disk.MISSING:
        pytest.skip(disk.MISSING)
    with (
        TelegramStandIn(chats=["@phutho"], limits=False) as telegram,
        disk.small_disk(tmp_path / "var") as its,
    ):
        office = Small(tmp_path, telegram, its)
        office.publish(2)
        office.run("once", "--now", NOW)
        yield office


def test_a_full_disk_is_named_and_what_was_not_done_is_done_when_there_is_room(office: Small) -> None:
    office.publish(3)
    office.disk.fill()
    assert "make room" in office.refused()
    assert len(office.telegram.shown()) == 2
    office.disk.make_room()
    office.run("once", "--now", NOW)
    assert office.is_whole()


def test_what_went_out_when_the_disk_became_full_is_kept_until_there_is_room(office: Small) -> None:
    office.publish(1)
    office.telegram.faults.append(Fault("drip", seconds=0.004))
    with office.start("once", "--now", NOW) as process:
        while len(office.telegram.shown()) == 2 and process.poll() is None:
            time.sleep(0.01)
        office.disk.fill()
        assert says(process, "is kept", STARTED)
        office.disk.make_room()
        _, err = process.communicate(timeout=STARTED)
    assert process.returncode == 0, err
    assert office.is_whole()


@pytest.mark.django_db
def test_a_full_disk_is_the_fault_of_no_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = Day(tmp_path)
    day.says("1")

    def full(*_: object) -> NoReturn:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(run, "release", full)
        with pytest.raises(OperationalError):
            day.once()
    assert not day.states()
    day.once()
    assert set(map(tuple, day.states().values())) == {("sent",)}


def test_where_nothing_can_be_written_down_not_one_byte_leaves(office: Small) -> None:
    office.publish(2)
    office.run("collect", "--now", NOW)
    office.disk.set_read_only(True)
    assert "mount that disk for writing" in office.refused()
    assert len(office.telegram.shown()) == 2
    office.disk.set_read_only(False)
    office.run("once", "--now", NOW)
    assert office.is_whole()
