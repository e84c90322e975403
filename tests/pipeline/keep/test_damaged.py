"""A damaged database is named, with the way back; no command ends in a traceback."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import loa

SCHEDULE = """
office: {name: Phú Thọ, base_url: http://127.0.0.1:8000}
channels: [{id: cong, kind: portal}]
sources: []
routes: [{channels: [cong]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose database has been used; schedule.yaml stands beside it."""
    (tmp_path / "schedule.yaml").write_text(SCHEDULE)
    assert said(tmp_path / "var", "articles").returncode == 0
    return tmp_path / "var"


def said(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return loa("--data", str(folder), *command, folder=folder.parent)


def no_database(file: Path) -> None:
    file.write_bytes(b"x" * 8192)


def torn(file: Path) -> None:
    """Every page after the schema's first is another's."""
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


@pytest.mark.parametrize("damage", [no_database, torn])
@pytest.mark.parametrize("command", ["once", "backup"])
def test_a_damaged_file_is_named_and_so_is_the_way_back(
    folder: Path, damage: Callable[[Path], None], command: str
) -> None:
    damage(folder / "loa.sqlite3")
    done = said(folder, command)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"{folder / 'loa.sqlite3'}: " in done.stderr
    assert "loa restore" in done.stderr


def test_health_tells_the_duty_officer_so(folder: Path) -> None:
    no_database(folder / "loa.sqlite3")
    done = said(folder, "health")
    assert (done.returncode, done.stderr) == (1, "")
    assert "fail  database   Tệp cơ sở dữ liệu bị hỏng: khôi phục bản sao lưu" in done.stdout
