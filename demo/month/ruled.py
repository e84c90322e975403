"""Imported before Loa: its process then knows only the month's clock. As a program it is `loa` itself."""

from __future__ import annotations

from demo.month.clock import SharedClock, rule

CLOCK = SharedClock.of_environment()
rule(lambda: CLOCK.ahead)

if __name__ == "__main__":
    from pipeline.cli import main

    main()
