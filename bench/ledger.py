"""Deliveries a second through the ledger, on SQLite and PostgreSQL, beside procrastinate's own bare jobs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.crash import postgresql

ROWS = 2_000
WORKERS = (1, 2, 4)
PAIRS = 3
LEAST = 0.4
"""Of procrastinate's rate with as many processes, each with as many threads."""


def main() -> bool:
    """Prints each rate and the median of the pairs' ratios; True where all are at least `LEAST`."""
    with _office("") as office:
        for _ in range(PAIRS):
            print(f"SQLite FULL, 1 process: {_rate(office, 'deliver', 1):.0f}/s")
    if postgresql.MISSING:
        raise SystemExit(postgresql.MISSING)
    ratios = []
    # As in an office: a commit waits for the disk.
    with postgresql.server("fsync=on") as server, _office(server.address) as office:
        for workers in WORKERS:
            pairs = []
            for _ in range(PAIRS):
                ours, theirs = (_rate(office, act, workers) for act in ("deliver", "work"))
                pairs.append(ours / theirs)
                print(
                    f"PostgreSQL, {workers} process{'es' * (workers > 1)}: {ours:.0f}/s; "
                    f"procrastinate's bare jobs {theirs:.0f}/s: {pairs[-1]:.0%}"
                )
            ratios.append(median(pairs))
            print(f"median {ratios[-1]:.0%}; at least {LEAST:.0%}")
    return min(ratios) >= LEAST


@contextmanager
def _office(database: str) -> Iterator[dict[str, str]]:
    """The environment of an empty office on this database, or on SQLite."""
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        root = str(Path(__file__).parents[1])
        yield {"PATH": os.environ["PATH"], "PYTHONPATH": root, "LOA_DATA": folder, "DATABASE_URL": database}


def _rate(office: dict[str, str], act: str, processes: int) -> float:
    """Per second, from the word "go" to warm processes to the end of the last."""
    _hand(office, f"prepare-{act}", str(ROWS)).communicate()
    hands = [_hand(office, act) for _ in range(processes)]
    for hand in hands:
        assert hand.stdout is not None
        hand.stdout.readline()
    start = perf_counter()
    for hand in hands:
        assert hand.stdin is not None
        hand.stdin.write("go\n")
        hand.stdin.flush()
    done = sum(int(hand.communicate()[0]) for hand in hands)
    seconds = perf_counter() - start
    if done != ROWS:
        raise SystemExit(f"{done} of {ROWS} were done")
    return ROWS / seconds


def _hand(office: dict[str, str], *act: str) -> subprocess.Popen[str]:
    program = "import sys; from bench.ledger_hand import main; main(*sys.argv[1:])"
    command = [sys.executable, "-c", program, *act]
    return subprocess.Popen(command, env=office, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
