"""Workers on several machines: procrastinate's jobs say "wake up" and nothing else; the ledger says the rest.

A job carries no row, so that there is no second ledger. The transaction that writes rows defers the wakes for
them; a worker that takes one drains the ledger. A job that was lost costs seconds: every worker sweeps too.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from math import ceil

from django.apps import apps
from django.db import connection

log = logging.getLogger(__name__)

APP = "procrastinate.contrib.django"
QUEUE = WAKE = "loa"
"""The queue of the wakes, and their task's name."""

HAND = 16
"""Rows that one wake stands for: what one worker sends at once, so that a flood wakes them all."""

SILENT = 30
"""Seconds without a heartbeat after which procrastinate takes a worker for dead."""

AGAIN = 5
"""Seconds between two tries where PostgreSQL does not answer."""


def wake(due: Iterable[datetime], now: datetime) -> None:
    """Have workers woken when rows come due; call it in the transaction that writes these rows.

    `due` holds one business time a row, and `now` is the business time at which they are written. Where no
    procrastinate is installed nothing happens: one process looks by itself every few seconds.
    """
    if not apps.is_installed(APP):
        return
    from procrastinate.contrib.django import app

    for moment, rows in Counter(max(each, now) for each in due).items():
        at = datetime.now(UTC) + (moment - now) if moment > now else None
        wakes = app.configure_task(WAKE, queue=QUEUE, schedule_at=at)
        wakes.batch_defer(*[{}] * ceil(rows / HAND))


def answer() -> None:
    """Remove the wakes that are due and nobody took, and those of dead workers: who sweeps drains next."""
    if not apps.is_installed(APP):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM procrastinate_jobs AS job WHERE queue_name = %s AND (
                status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
                OR status = 'doing' AND NOT EXISTS (
                    SELECT FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id
                    AND last_heartbeat > now() - make_interval(secs => %s)))
            """,
            [QUEUE, SILENT],
        )


class Wakes:
    """Takes wakes in a thread, one at a time; each is done when `drain` has returned.

    A worker that is draining takes no other wake, so it goes to one that is idle.
    """

    def __init__(self, drain: Callable[[], object]) -> None:
        self._drain = drain

    def start(self) -> None:
        """Return at once."""
        self._loop = asyncio.new_event_loop()
        self._taking = self._loop.create_task(self._take())
        self._thread = threading.Thread(target=self._run, name="wakes")
        self._thread.start()

    def halt(self) -> None:
        """Take no more; what was taken is finished."""
        self._loop.call_soon_threadsafe(self._taking.cancel)

    def close(self) -> None:
        """Wait for what was taken."""
        self._thread.join()

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._taking)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _take(self) -> None:
        """Procrastinate's worker ends with its connection: as often as that happens another one begins."""
        from procrastinate import PsycopgConnector
        from procrastinate.contrib.django import DjangoApp, connector_params

        while True:
            # Two connections: the pool's, and the one that listens.
            app = DjangoApp(connector=PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=1))
            app.task(name=WAKE, queue=QUEUE)(self._drain)
            try:
                await app.open_async()
                await app.run_worker_async(
                    queues=[QUEUE],
                    delete_jobs="always",
                    install_signal_handlers=False,
                    stalled_worker_timeout=SILENT,
                )
            except Exception as error:  # noqa: BLE001 - whatever ended it, the next one must begin
                log.warning("wakes cannot be taken (%s); tried again in %d s", error, AGAIN)
            finally:
                await app.close_async()
            await asyncio.sleep(AGAIN)
