"""A worker that died is known to be dead at once; one that lives is never taken for dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from pipeline.deliver.presence import HOST, is_dead, presence

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
    assert not is_dead(tmp_path, f"khong-phai-{HOST}:abc")
    assert not is_dead(tmp_path, "")
