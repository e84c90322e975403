"""One clock for the office and for what is written down with the machine's time, so that pictures repeat."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from unittest.mock import patch


class Clock:
    """It runs on from where it was put last, until it is stopped."""

    def __init__(self, moment: datetime) -> None:
        self.put(moment)

    def put(self, moment: datetime) -> None:
        """It is `moment` (aware) now."""
        self._moment = moment
        self._since: float | None = time.monotonic()

    def stop(self, moment: datetime) -> None:
        """From here on it stays `moment` (aware)."""
        self._moment, self._since = moment, None

    def now(self) -> datetime:
        """Aware, in the zone that it was put in."""
        passed = 0.0 if self._since is None else time.monotonic() - self._since
        return self._moment + timedelta(seconds=passed)

    def seconds(self) -> float:
        """Since 1970."""
        return self.now().timestamp()

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """The log, receipts, tokens and sign-ins are written with this time too; Django must be set up."""
        from django.utils import timezone

        from channels.zalo import oa, tokens
        from pipeline import audit
        from pipeline import tokens as kept
        from pipeline.deliver import engine

        clock = self

        class Rehearsed(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return clock.now().astimezone(tz)

        with ExitStack() as patched:
            for module in (audit, engine, kept, oa, tokens):
                patched.enter_context(patch.object(module, "datetime", Rehearsed))
            patched.enter_context(patch.object(timezone, "now", self.now))
            yield
