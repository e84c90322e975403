"""`python -m demo.month`: play it, and print what was promised and what happened; exit 1 if it differs."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from demo.month.evidence import gather
from demo.month.play import KILLS, STEP, Month
from demo.month.promises import judge, table

MEMORY_LIKE_A_DISK = Path("/dev/shm")  # noqa: S108
"""Where there is one: a month's many commits would wait for the disk."""


def main() -> int:
    """Returns the exit code."""
    options = argparse.ArgumentParser(prog="python -m demo.month", description=__doc__)
    options.add_argument("--days", type=int, default=30)
    options.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options.add_argument("--start", type=date.fromisoformat, default=date(2027, 1, 20))
    options.add_argument("--step", type=int, default=STEP // timedelta(minutes=1), help="minutes")
    options.add_argument("--kills", type=int, default=KILLS, help="a day")
    given = options.parse_args()
    fast = MEMORY_LIKE_A_DISK if os.access(MEMORY_LIKE_A_DISK, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="loa-month-", dir=fast))

    def say(line: str) -> None:
        print(line, flush=True)

    say(f"seed {given.seed}: {given.days} days from {given.start}")
    step = timedelta(minutes=given.step)
    with Month(folder, given.start, given.days, given.seed, say, step=step, kills=given.kills) as month:
        month.play()
        promises = judge(gather(month))
    say(table(promises))
    if broken := [promise for promise in promises if promise.broken]:
        for promise in broken:
            for example in promise.broken[:5]:
                say(f"BROKEN: {promise.said}: {example}")
        say(f"Repeat it with --seed {given.seed} --days {given.days} --start {given.start}; see {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
