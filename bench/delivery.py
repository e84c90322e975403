"""200 feeds × 10 items through `loa once` to a local Bot API, beside apprise that only sends the texts."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.agencies import agencies
from bench.office import CHAT, TOKEN, Office, accepted, bot_api, telegram
from bench.prose import feed

FEEDS, ITEMS = 200, 10
MOST = 3.0
"""Times as long as apprise may take; of both the whole process is timed, from its start to its end."""


def main() -> bool:
    """Prints both times and their ratio; True where it is within `MOST`."""
    if importlib.util.find_spec("apprise") is None:
        raise SystemExit("apprise is not installed: `make bench` installs it")
    now = datetime.now(UTC)
    feeds = {f"/{n}.xml": feed(ITEMS, n, now) for n in range(FEEDS)}
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder, agencies(feeds) as port:
        addresses = [f"http://127.0.0.1:{port}{path}" for path in feeds]
        with bot_api() as api:
            office = Office(Path(folder), addresses, [telegram(api)])
            office.run("articles")
            start = perf_counter()
            office.run("once")
            ours = perf_counter() - start
            texts = accepted(api)
        if len(texts) != FEEDS * ITEMS or office.states() != {"sent": FEEDS * ITEMS}:
            raise SystemExit(f"{len(texts)} messages arrived; the ledger says {office.states()}")
        theirs = _apprise(Path(folder) / "texts.json", texts)
    ratio = ours / theirs
    print(f"apprise, sends {FEEDS * ITEMS} texts       {theirs:6.2f} s")
    print(f"loa once, the whole way         {ours:6.2f} s  ({ratio:.2f}×; at most {MOST:g}×)")
    return ratio <= MOST


def _apprise(file: Path, texts: list[str]) -> float:
    file.write_text(json.dumps(texts))
    with bot_api() as api:
        command = [sys.executable, "-m", "bench.apprise_sends", api, TOKEN, CHAT, str(file)]
        start = perf_counter()
        subprocess.run(command, check=True)
        seconds = perf_counter() - start
        if len(arrived := accepted(api)) != len(texts):
            raise SystemExit(f"apprise delivered {len(arrived)} of {len(texts)} texts")
    return seconds
