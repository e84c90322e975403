"""Of several clocks on one PostgreSQL one leads: it holds a lock, which its session's end lets go."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING

from django.db import connection

from pipeline.deliver.presence import HOST

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

KEY = 4
"""Of pg_advisory_lock; `audit.one_at_a_time` has 1 to 3, of whole transactions."""


class Leadership:
    """A session of its own, beside Django's, for as long as this process wants to lead."""

    def __init__(self) -> None:
        self._session: psycopg.Connection | None = None
        self._leads = False
        self._asking = threading.Lock()

    def held(self) -> bool:
        """Whether we lead, trying to where nobody does; False too where PostgreSQL does not answer."""
        import psycopg

        with self._asking:
            try:
                before, self._leads = self._leads, self._ask()
            except psycopg.OperationalError as error:
                log.warning("this clock does not lead while PostgreSQL does not answer (%s)", error)
                self._let_go()
                return False
        if self._leads and not before:
            log.warning("this clock leads")
        return self._leads

    def close(self) -> None:
        """Let another one lead."""
        with self._asking:
            self._let_go()

    def _ask(self) -> bool:
        import psycopg

        if self._session is None:
            parameters = connection.get_connection_params()
            parameters.pop("cursor_factory", None)
            # Who leads can be read in pg_stat_activity.
            parameters["application_name"] = f"loa clock {HOST}:{os.getpid()}"
            self._session = psycopg.connect(**parameters, autocommit=True)
        # The lock counts how often it was taken: a session that has it only shows that it is alive.
        question = "SELECT true" if self._leads else f"SELECT pg_try_advisory_lock({KEY})"
        answer = self._session.execute(question).fetchone()
        return bool(answer and answer[0])

    def _let_go(self) -> None:
        self._leads = False
        if self._session is not None:
            self._session.close()
            self._session = None
