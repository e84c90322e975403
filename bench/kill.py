"""`loa once` is killed with SIGKILL in the middle of 2,000 messages: how many rows are left in doubt."""

from __future__ import annotations

import inspect
import os
import signal
import tempfile
import time
from pathlib import Path

from bench.agencies import agencies
from bench.delivery import FEEDS, ITEMS
from bench.office import NOW, REHEARSED, UNLIMITED, Office, accepted, bot_api, telegram
from bench.prose import feed
from pipeline.cli.session import set_up_django

AFTER = FEEDS * ITEMS // 3
"""Messages sent when the blow comes."""


def main() -> bool:
    """True where no more rows are in doubt than the engine sends at once, and nothing is lost or doubled."""
    feeds = {f"/{n}.xml": feed(ITEMS, n, NOW) for n in range(FEEDS)}
    with (
        tempfile.TemporaryDirectory(prefix="loa-bench-") as folder,
        agencies(feeds) as port,
        bot_api(*UNLIMITED) as api,
    ):
        office = Office(Path(folder), [f"http://127.0.0.1:{port}{path}" for path in feeds], [telegram(api)])
        office.run("articles")
        set_up_django(Path(folder) / "var")
        from pipeline.deliver.engine import Engine

        width = inspect.signature(Engine).parameters["width"].default
        with office.start("once", *REHEARSED) as process:
            while office.states()["sent"] < AFTER:
                if process.poll() is not None:
                    raise SystemExit("`loa once` ended before it could be killed")
                time.sleep(0.02)
            os.killpg(process.pid, signal.SIGKILL)
        left = office.states()
        office.run("once", *REHEARSED)
        after, texts = office.states(), accepted(api)
    in_doubt = left["sending"] + left["uncertain"]
    print(f"killed after {left['sent']} sent: {in_doubt} in doubt (at most {width}), {left['queued']} queued")
    twice = len(texts) - len(set(texts))
    print(f"the next `once`: {dict(after)}; {len(texts)} arrived, {twice} of them twice")
    whole = after["sent"] + after["uncertain"] == FEEDS * ITEMS
    return in_doubt <= width and whole and not twice and len(texts) >= after["sent"]
