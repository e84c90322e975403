"""The memory of `loa run`: the process and its children, just after its first work and at rest."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.agencies import agencies
from bench.office import NOW, REHEARSED, UNLIMITED, Office, bot_api, telegram
from bench.prose import feed
from pipeline.collect.worker import IDLE

FEEDS, ITEMS = 4, 10
MOST = 150.0
"""MB of resident memory at rest, shared pages counted in every process that has them."""
DEADLINE = 60
"""Seconds for the first work to be done."""


def main() -> bool:
    """Prints RSS and PSS; True where the RSS at rest is below `MOST`."""
    feeds = {f"/{n}.xml": feed(ITEMS, n, NOW) for n in range(FEEDS)}
    with (
        tempfile.TemporaryDirectory(prefix="loa-bench-") as folder,
        agencies(feeds) as port,
        bot_api(*UNLIMITED) as api,
    ):
        addresses = [f"http://127.0.0.1:{port}{path}" for path in feeds]
        office = Office(Path(folder), addresses, [{"id": "cong", "kind": "portal"}, telegram(api)])
        with office.start("run", "--bind", "127.0.0.1:0", *REHEARSED) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                until = time.monotonic() + DEADLINE
                while office.states()["sent"] < FEEDS * ITEMS * 2:
                    if time.monotonic() > until:
                        raise SystemExit(f"not delivered after {DEADLINE} s: {office.states()}")
                    time.sleep(0.2)
                _print(f"loa run, {FEEDS * ITEMS} articles just delivered", process.pid)
                # The readers of feeds end by themselves when nothing is left to read.
                time.sleep(IDLE + 5)
                at_rest = _print("loa run, at rest", process.pid)
            finally:
                os.kill(process.pid, signal.SIGTERM)
    print(f"{'at most':40} {MOST:6.0f} MB")
    return at_rest < MOST


def _print(moment: str, process: int) -> float:
    family = list(_family(process))
    rss, pss = (sum(_megabytes(each, field) for each in family) for field in ("Rss", "Pss"))
    print(f"{moment:40} {rss:6.1f} MB RSS, {pss:.1f} MB PSS, {len(family)} process(es)")
    return rss


def _family(process: int) -> Iterator[int]:
    yield process
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from _family(int(child))


def _megabytes(process: int, field: str) -> float:
    """A line of proc_pid_smaps(5)'s roll-up, which counts in kB."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        # It has just ended.
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))
