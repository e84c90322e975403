"""`python -m bench [NAME…]`: run these workloads, by default all, and say which stay within their bounds."""

from __future__ import annotations

import importlib
import sys

NAMES = ("delivery", "kill", "poll", "memory", "growth")


def main(names: list[str]) -> None:
    """Exits with 1 where a figure is out of its bounds, with 2 where there is no such workload."""
    if unknown := set(names) - set(NAMES):
        print(f"no such workload: {', '.join(sorted(unknown))} (known: {', '.join(NAMES)})", file=sys.stderr)
        raise SystemExit(2)
    missed = []
    for name in names or NAMES:
        print(f"\n{name}", flush=True)
        if not importlib.import_module(f"bench.{name}").main():
            missed.append(name)
    if missed:
        raise SystemExit(f"out of bounds: {', '.join(missed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
