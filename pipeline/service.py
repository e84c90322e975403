"""What a process does until SIGTERM, which finishes what is in hand: `loa run` all of it, others a part."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from urllib.parse import urlsplit

from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection, transaction
from waitress import create_server

from pipeline import run
from pipeline.audit import Act, asked_to_verify, record, verify_whole, write_head
from pipeline.bulletin.stage import NotMade, broadcast
from pipeline.clock import LAST_LOOK, Clock, Interrupted
from pipeline.collect.stage import Tools, due
from pipeline.deliver.ask import ask
from pipeline.deliver.cluster import Wakes
from pipeline.deliver.engine import Engine, real_now
from pipeline.keep.backup import back_up
from pipeline.leader import Leadership
from pipeline.models import OfficeFact
from pipeline.office import Office
from pipeline.schedule import RunSettings, SourceSettings
from pipeline.watch.duty import Watch

log = logging.getLogger(__name__)

LOOK_EVERY = 5
"""Seconds between two looks at the clock, the sources and the queue."""

AT_ONCE = 16
"""Sources that are read between two looks at whether we must stop: as many as are read side by side."""

WIDTH = 16
"""Parts that one worker sends at once."""


class Part:
    """One of the things that a process can do."""

    jobs: tuple[Callable[[], None], ...] = ()
    """What comes round every few seconds, each in a thread of its own."""

    def start(self) -> None:
        """Begin what goes on beside the jobs; return at once."""

    def halt(self) -> None:
        """Take nothing more in hand; return at once."""

    def close(self) -> None:
        """Everybody has halted and no job runs any more: end."""


class Service:
    """Parts at work in one process; `start`, then `stop` from whoever heard a signal."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Return at once; the work goes on in threads."""
        jobs: list[Callable[[], None]] = []
        for part in self._parts:
            part.start()
            jobs += part.jobs
        for after, job in enumerate(jobs):
            thread = threading.Thread(target=self._come_round, args=(after, job), name=job.__name__)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Claim and read nothing more, finish what is in hand, then close the doors."""
        for part in self._parts:
            part.halt()
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        for part in self._parts:
            part.close()

    def _come_round(self, after: int, job: Callable[[], None]) -> None:
        """Do it again and again; the first time a second after the job whose work it finds.

        Waits are told by the monotonic clock: a scheduler's dates would make up for a year of firings, or
        stand still for one, where the machine's clock is set right.
        """
        self._stopping.wait(after)
        while not self._stopping.is_set():
            try:
                job()
            except Exception:
                # A full disk or a locked database passes; the next look must come.
                log.exception("%s failed; it is tried again in %d s", job.__name__, LOOK_EVERY)
            finally:
                connection.close()
            self._stopping.wait(LOOK_EVERY)


class Web(Part):
    """Console, portal and press. Raises OSError where host and port cannot be had."""

    def __init__(self, host: str, port: int) -> None:
        self._server = create_server(get_wsgi_application(), host=host, port=port, threads=8, ident="")
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self.address = f"http://{host}:{self._server.effective_port}"

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._server.close()
        self._thread.join(timeout=10)


class Timekeeper(Part):
    """Reads the sources in their rhythm, reviews, fires the runs, writes out the audit log's head.

    With a leadership it does so only while it leads.
    """

    def __init__(self, office: Office, tools: Tools, leadership: Leadership | None = None) -> None:
        self._office = office
        self._tools = tools
        self._leadership = leadership
        self._stopping = threading.Event()
        self._reading, self._reviewing = threading.Lock(), threading.Lock()
        self._clock = Clock(
            office,
            {
                "once": lambda _run, _moment: self._collect_everything(),
                "backup": lambda _run, _moment: back_up(office),
                "bulletin": self._make_bulletin,
            },
        )
        self._watch = Watch(office)
        self.jobs = (self._look, self._read_sources, self._advance, self._write_head, self._look_after)

    def halt(self) -> None:
        self._stopping.set()

    def close(self) -> None:
        if self._leadership:
            self._leadership.close()

    def _acts(self) -> bool:
        return not self._stopping.is_set() and (self._leadership is None or self._leadership.held())

    def _look(self) -> None:
        if self._acts():
            self._clock.look()

    def _read_sources(self) -> None:
        self._collect(due(self._office.schedule.sources, self._office.now()))

    def _collect_everything(self) -> None:
        if not self._collect(self._office.schedule.sources):
            raise Interrupted
        self._review()

    def _make_bulletin(self, settings: RunSettings, moment: datetime) -> None:
        """A disk or a database that is away is tried again up to the broadcast; what is too late is told."""
        airs_at = broadcast(settings, moment, self._office.schedule.office.zone)
        try:
            with self._reviewing:
                run.bulletin(self._office, settings, airs_at)
        except (OSError, OperationalError) as trouble:
            if self._office.now() >= airs_at:
                raise
            log.warning("the bulletin of %s is tried again: %s", airs_at.isoformat(), trouble)
            raise Interrupted from trouble
        except NotMade as trouble:
            with transaction.atomic():
                after = {"airs_at": airs_at.isoformat(), "why": str(trouble)}
                record(Act("clock", "no-bulletin", f"run:{settings.id}", after=after))
            raise

    def _collect(self, sources: Sequence[SourceSettings]) -> bool:
        """Read these; False where we had to stop before the last of them."""
        with self._reading:
            for turn in turns(sources):
                if not self._acts():
                    return False
                run.collect_sources(self._office, self._tools, turn)
        return True

    def _advance(self) -> None:
        if self._acts():
            self._review()

    def _review(self) -> None:
        with self._reviewing:
            run.advance(self._office)

    def _write_head(self) -> None:
        if self._acts() and (write_head(self._office.data) or asked_to_verify()):
            verify_whole(self._office.data)

    def _look_after(self) -> None:
        if self._acts():
            self._watch.look()


class Courier(Part):
    """Delivers what is due: looks for it every few seconds and, with procrastinate, when it is woken."""

    def __init__(self, office: Office, owner: str, *, width: int = WIDTH, woken: bool = False) -> None:
        self._office = office
        self._engine = Engine(office.channels, owner, office.now, width=width)
        self._draining = threading.Lock()
        self._wakes = Wakes(self._drain) if woken else None
        self.jobs = (self._sweep, self._deliver, self._ask)

    def start(self) -> None:
        if self._wakes:
            self._wakes.start()

    def halt(self) -> None:
        if self._wakes:
            self._wakes.halt()
        self._engine.stop()

    def close(self) -> None:
        if self._wakes:
            self._wakes.close()
        else:
            # This thread's connection may be of a server that was restarted since.
            connection.close()
            # An office without workers of their own may rest; one that has them must never be without.
            OfficeFact.objects.filter(name__in=("last-sweep", LAST_LOOK)).delete()

    def _sweep(self) -> None:
        run.take_over(self._office)
        OfficeFact.objects.update_or_create(
            name="last-sweep", defaults={"value": datetime.now(UTC).isoformat()}
        )

    def _deliver(self) -> None:
        # A drain that goes on finds by itself what has become due.
        if self._draining.acquire(blocking=False):
            try:
                self._engine.drain()
            finally:
                self._draining.release()

    def _drain(self) -> None:
        with self._draining:
            self._engine.drain()

    def _ask(self) -> None:
        ask(self._office.channels, self._office.now(), real_now())


def turns(sources: Iterable[SourceSettings]) -> Iterator[list[str]]:
    """The ids in the order of reading, a few at a time and of each host only one: a turn is soon over."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        hosts[urlsplit(source.url).netloc or source.id].append(source.id)
    for one_of_each in zip_longest(*hosts.values()):
        ids = [source for source in one_of_each if source is not None]
        yield from (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
