"""`python -m demo.bulletins`: play it, and print what was promised and what was aired; exit 1 if broken."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from demo.month.__main__ import MEMORY_LIKE_A_DISK


def main() -> int:
    """Returns the exit code."""
    options = argparse.ArgumentParser(prog="python -m demo.bulletins", description=__doc__)
    options.add_argument("--days", type=int, default=30)
    options.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options.add_argument("--start", type=date.fromisoformat, default=date(2026, 11, 23))
    given = options.parse_args()
    fast = MEMORY_LIKE_A_DISK if os.access(MEMORY_LIKE_A_DISK, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="loa-bulletins-", dir=fast))
    from pipeline.cli.session import migrate, set_up_django

    os.environ.pop("DATABASE_URL", None)
    set_up_django(folder)
    migrate(folder)
    from demo.bulletins.play import Month
    from demo.bulletins.promises import judge
    from demo.month.promises import table

    print(f"seed {given.seed}: {given.days} days from {given.start}", flush=True)
    month = Month(folder, given.start, given.days, given.seed)
    month.play()
    promises = judge(month)
    print(table(promises))
    if any(promise.broken for promise in promises):
        print(f"Repeat it with --seed {given.seed} --days {given.days} --start {given.start}; see {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
