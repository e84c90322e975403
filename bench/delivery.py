"""200 feeds × 10 items through `loa once` to a local Bot API, beside apprise that only sends the texts."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.agencies import agencies, host
from bench.office import CHAT, NOW, REHEARSED, TOKEN, UNLIMITED, Office, accepted, bot_api, telegram
from bench.prose import feed

FEEDS, ITEMS = 200, 10
PAIRS = 3
MOST = 3.0
"""Times as long as apprise may take; of both the whole process is timed, from its start to its end."""


def main() -> bool:
    """Prints the times of each pair and the median of their ratios; True where it is within `MOST`."""
    if importlib.util.find_spec("apprise") is None:
        raise SystemExit("apprise is not installed: `make bench` installs it")
    ratios = []
    for _ in range(PAIRS):
        with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
            ours, texts = _loa(Path(folder))
            theirs = _apprise(Path(folder) / "texts.json", texts)
        ratios.append(ours / theirs)
        print(f"loa once, the whole way {ours:.2f} s; apprise only sends {theirs:.2f} s: {ratios[-1]:.2f}×")
    print(f"median {median(ratios):.2f}×; at most {MOST:g}×")
    return bool(median(ratios) <= MOST)


def _loa(folder: Path) -> tuple[float, list[str]]:
    """Seconds from feeds to a full ledger, and the texts that arrived."""
    feeds = {f"/{n}.xml": feed(ITEMS, n, NOW) for n in range(FEEDS)}
    with agencies(feeds) as port, bot_api(*UNLIMITED) as api:
        addresses = [f"http://{host(n)}:{port}{path}" for n, path in enumerate(feeds)]
        office = Office(folder, addresses, [telegram(api)])
        office.run("articles")
        start = perf_counter()
        office.run("once", *REHEARSED)
        seconds = perf_counter() - start
        texts = accepted(api)
    if len(texts) != FEEDS * ITEMS or office.states() != {"sent": FEEDS * ITEMS}:
        raise SystemExit(f"{len(texts)} messages arrived; the ledger says {office.states()}")
    return seconds, texts


def _apprise(file: Path, texts: list[str]) -> float:
    file.write_text(json.dumps(texts))
    with bot_api(*UNLIMITED) as api:
        command = [sys.executable, "-m", "bench.apprise_sends", api, TOKEN, CHAT, str(file)]
        start = perf_counter()
        subprocess.run(command, check=True)
        seconds = perf_counter() - start
        if len(arrived := accepted(api)) != len(texts):
            raise SystemExit(f"apprise delivered {len(arrived)} of {len(texts)} texts")
    return seconds
