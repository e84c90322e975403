"""`loa run`: clock, workers and web in one process until SIGTERM, which finishes what is in hand."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import zip_longest
from urllib.parse import urlsplit

from apscheduler.schedulers.background import BackgroundScheduler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from waitress import create_server

from pipeline import run
from pipeline.audit import write_head
from pipeline.clock import Clock, Interrupted
from pipeline.collect.stage import Tools, due
from pipeline.deliver.engine import Engine
from pipeline.models import OfficeFact
from pipeline.office import Office
from pipeline.schedule import SourceSettings

log = logging.getLogger(__name__)

LOOK_EVERY = 5
"""Seconds between two looks at the clock, the sources and the queue."""

AT_ONCE = 16
"""Sources that are read between two looks at whether we must stop: as many as are read side by side."""


class Service:
    """Everything that one machine does by itself; `start`, then `stop` from a signal handler."""

    def __init__(self, office: Office, tools: Tools, owner: str, host: str, port: int) -> None:
        self._office = office
        self._tools = tools
        self._owner = owner
        self._engine = Engine(office.channels, owner, office.now)
        self._stopping = threading.Event()
        self._reading, self._reviewing = threading.Lock(), threading.Lock()
        self._clock = Clock(office, {"once": self._collect_everything})
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._web = create_server(get_wsgi_application(), host=host, port=port, threads=8, ident="")
        self.address = f"http://{host}:{self._web.effective_port}"
        self._web_thread = threading.Thread(target=self._web.run, name="web", daemon=True)

    def start(self) -> None:
        """Return at once; the work goes on in threads."""
        self._web_thread.start()
        jobs = (self._look, self._read_sources, self._advance, self._deliver, self._write_head)
        # A second apart, so that each finds in the same round what the one before it has left.
        for after, job in enumerate(jobs):
            self._scheduler.add_job(
                self._guarded(job),
                "interval",
                seconds=LOOK_EVERY,
                id=job.__name__,
                next_run_time=datetime.now(UTC) + timedelta(seconds=after),
            )
        # A job that outlasts its interval, such as a paced delivery, is no news every five seconds.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._scheduler.start()

    def stop(self) -> None:
        """Claim and read nothing more, finish what is in hand, then close the doors."""
        self._stopping.set()
        self._engine.stop()
        self._scheduler.shutdown(wait=True)
        OfficeFact.objects.filter(name="last-sweep").delete()
        self._web.close()
        self._web_thread.join(timeout=10)

    def _guarded(self, job: Callable[[], None]) -> Callable[[], None]:
        @wraps(job)
        def guarded() -> None:
            try:
                job()
            except Exception:
                # A full disk or a locked database passes; the next look must come.
                log.exception("%s failed; it is tried again in %d s", job.__name__, LOOK_EVERY)
            finally:
                connection.close()

        return guarded

    def _look(self) -> None:
        self._clock.look()

    def _read_sources(self) -> None:
        self._collect(due(self._office.schedule.sources, self._office.now()))

    def _collect_everything(self) -> None:
        if not self._collect(self._office.schedule.sources):
            raise Interrupted
        self._advance()

    def _collect(self, sources: Sequence[SourceSettings]) -> bool:
        """Read these; False where we were told to stop before the last of them."""
        with self._reading:
            for turn in turns(sources):
                if self._stopping.is_set():
                    return False
                run.collect_sources(self._office, self._tools, turn)
        return True

    def _advance(self) -> None:
        with self._reviewing:
            run.advance(self._office)

    def _deliver(self) -> None:
        run.deliver(self._office, self._owner, engine=self._engine)
        OfficeFact.objects.update_or_create(
            name="last-sweep", defaults={"value": datetime.now(UTC).isoformat()}
        )

    def _write_head(self) -> None:
        write_head(self._office.data)


def turns(sources: Iterable[SourceSettings]) -> Iterator[list[str]]:
    """The ids in the order of reading, a few at a time and of each host only one: a turn is soon over."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        hosts[urlsplit(source.url).netloc or source.id].append(source.id)
    for one_of_each in zip_longest(*hosts.values()):
        ids = [source for source in one_of_each if source is not None]
        yield from (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
