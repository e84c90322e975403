"""Written Vietnamese read aloud on one core, beside sea-g2p (Rust) and vietnormalizer with the same text."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.announcements import announcements

CHARACTERS = 250_000
ROUNDS = 3
LEAST = 50_000
"""Characters a second on one core."""
SLOWEST = 0.1
"""Seconds of one core for the import in a fresh process: those of an idle machine."""
MOST = 40.0
"""MB over bare Python, the texts included."""
PEERS = {"sea-g2p": "sea_g2p", "vietnormalizer": "vietnormalizer"}


class Run(NamedTuple):
    """What one process took: seconds of one core, and MB at most over bare Python."""

    imported: float
    first: float
    read: float
    memory: float


def main() -> bool:
    """Prints medians, and how many times as fast as a peer loa reads; True where loa's are within bounds."""
    texts = announcements(CHARACTERS, 4)
    characters = sum(map(len, texts))
    here = [peer for peer, module in PEERS.items() if importlib.util.find_spec(module)]
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        file = Path(folder) / "texts"
        file.write_text("\0".join(texts), encoding="utf-8")
        # One more to begin with: it leaves the bytecode that an installed package has.
        _, *rounds = [{reader: _run(reader, file) for reader in ("loa", *here)} for _ in range(ROUNDS + 1)]
    print(f"{characters:,} characters in {len(texts)} texts, one core; medians of {ROUNDS} rounds")
    ours = _print("loa", characters, rounds)
    for peer in PEERS:
        if peer in here:
            _print(peer, characters, rounds)
            ratio = median(each[peer].read / each["loa"].read for each in rounds)
            print(f"{'':15} loa reads {ratio:.2f}× as fast")
        else:
            print(f"{peer:15} is not installed here: no figure (`make bench` installs it where it can be)")
    print(f"{'bounds':15} {LEAST:7,} characters/s, import {SLOWEST * 1000:.0f} ms, {MOST:.1f} MB")
    return characters / ours.read >= LEAST and ours.imported < SLOWEST and ours.memory < MOST


def _run(reader: str, file: Path) -> Run:
    command = [sys.executable, "-m", "bench.spoken_reads", reader, str(file)]
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(file.parent / "bytecode")}
    answer = subprocess.run(
        command, env=os.environ | bytecode, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return Run(*map(float, answer.split()))


def _print(reader: str, characters: int, rounds: list[dict[str, Run]]) -> Run:
    run = Run(*map(median, zip(*(each[reader] for each in rounds), strict=True)))
    print(
        f"{reader:15} {characters / run.read:7,.0f} characters/s, import {run.imported * 1000:.0f} ms, "
        f"first text {run.first * 1000:.0f} ms, {run.memory:.1f} MB over bare Python"
    )
    return run
