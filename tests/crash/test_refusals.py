"""What the command line refuses, it refuses in words and with an exit code, never with a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.crash.office import Folder

NOW = "2026-11-23T08:00:00+07:00"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, NOBODY)


def refused(folder: Folder, *arguments: str) -> str:
    done = folder.end(*arguments)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_the_one_yes_to_a_flood_needs_a_role_and_a_known_source(folder: Folder) -> None:
    folder.run("user", "add", "lan", "--role", "operator")
    assert "không có quyền" in refused(folder, "sources", "--admit", "vpubnd", "--as", "lan")
    assert "no such source: nha" in refused(folder, "sources", "--admit", "nha", "--as", "lan")


def test_a_folder_with_people_only_may_rehearse_and_one_in_which_anything_was_done_may_not(
    folder: Folder,
) -> None:
    folder.run("user", "add", "hoa", "--role", "approver")
    folder.run("once", "--now", NOW)
    folder.run("once", "--now", NOW.replace("23", "24"))
    real = ("--data", "that")
    folder.run(*real, "pause", "telegram", "--reason", "bảo trì")
    assert "the office's real one" in refused(folder, *real, "once", "--now", NOW)


def test_a_torn_head_of_the_audit_log_is_a_break(folder: Folder) -> None:
    folder.run("once", "--now", NOW)
    assert "holds" in folder.run("audit", "verify")
    with (folder.path / "var" / "audit-heads.jsonl").open("a") as heads:
        heads.write('{"at": "2026-11-23T0')
    assert "line 2 of audit-heads.jsonl cannot be read" in refused(folder, "audit", "verify")


def test_what_waits_for_a_channel_that_is_gone_is_shown(folder: Folder) -> None:
    folder.publish(2)
    folder.run("once", "--now", NOW)
    schedule = folder.path / "schedule.yaml"
    lines = [line for line in schedule.read_text().splitlines() if "id: telegram" not in line]
    schedule.write_text("\n".join(lines).replace("telegram, ", ""))
    gone = json.loads(folder.run("channels", "--json"))[-1]
    assert (gone["id"], gone["state"], gone["queued"]) == ("telegram", "off", 2)
    assert "not in schedule.yaml" in folder.run("channels").splitlines()[-1]
