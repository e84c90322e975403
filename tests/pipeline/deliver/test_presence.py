"""A worker that died is known to be dead at once; one that lives is never taken for dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.deliver.presence import HOST, anybody, is_dead, presence

HOLD = """
import sys, time
from pathlib import Path
from pipeline.deliver.presence import presence
with presence(Path(sys.argv[1])) as owner:
    print(owner, flush=True)
    time.sleep(60)
"""


def test_alive_inside_dead_after(tmp_path: Path) -> None:
    with presence(tmp_path) as owner:
        assert not is_dead(tmp_path, owner)
    assert is_dead(tmp_path, owner)


def test_a_killed_process_is_dead_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        owner = process.stdout.readline().strip()
        assert not is_dead(tmp_path, owner)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert is_dead(tmp_path, owner)


def test_workers_of_other_machines_cannot_be_judged(tmp_path: Path) -> None:
    with presence(tmp_path) as owner:
        _, folder, _ = owner.split(":")
    assert not is_dead(tmp_path, f"khong-phai-{HOST}:{folder}:abc")
    assert not is_dead(tmp_path, f"{HOST}:abc")
    assert not is_dead(tmp_path, "")


def test_workers_of_another_folder_cannot_be_judged_although_they_share_a_database(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    with presence(there) as owner:
        assert not is_dead(here, owner)
    assert not is_dead(here, owner)
    assert is_dead(there, owner)


def test_a_folder_has_one_name_whoever_asks_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        owners = list(pool.map(lambda _: _owner(tmp_path), range(16)))
    assert len({owner.split(":")[1] for owner in owners}) == 1
    assert len(set(owners)) == 16
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def _owner(folder: Path) -> str:
    with presence(folder) as owner:
        return owner


def test_somebody_is_there_only_while_they_live(tmp_path: Path) -> None:
    assert not anybody(tmp_path / "none")
    with presence(tmp_path):
        assert anybody(tmp_path)
    assert not anybody(tmp_path)
