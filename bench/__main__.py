"""`python -m bench [NAME…]`: run these workloads, by default all, and say which stay within their bounds."""

from __future__ import annotations

import importlib
import subprocess
import sys

NAMES = ("delivery", "kill", "ledger", "limits", "poll", "memory", "growth", "spoken", "console")


def main(names: list[str]) -> None:
    """Exits with 1 where a figure is out of its bounds, with 2 where there is no such workload."""
    if unknown := set(names) - set(NAMES):
        print(f"no such workload: {', '.join(sorted(unknown))} (known: {', '.join(NAMES)})", file=sys.stderr)
        raise SystemExit(2)
    match names:
        case [name]:
            print(f"\n{name}", flush=True)
            if not importlib.import_module(f"bench.{name}").main():
                raise SystemExit(f"{name} is out of its bounds")
        case _:
            # A process each, for a process knows one data folder.
            runs = [subprocess.run([sys.executable, "-m", "bench", name]) for name in names or NAMES]
            raise SystemExit(any(run.returncode for run in runs))


if __name__ == "__main__":
    main(sys.argv[1:])
