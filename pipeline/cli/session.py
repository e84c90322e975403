"""What every command needs before it works: schedule.yaml, the data folder, its database, the time."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.schedule import Problem, Schedule, ScheduleProblems
from pipeline.schedule.reading import read
from pipeline.secrets import Redact, secrets_of

if TYPE_CHECKING:
    from pipeline.office import Office

MIGRATING = 6
"""The key of pg_advisory_lock under which one process at a time migrates."""


@dataclass
class Options:
    """What was asked for on the command line, wherever it stood in it."""

    schedule: Path | None = None
    data: Path | None = None
    now: datetime | None = None
    open: ExitStack = field(default_factory=ExitStack)


class Mistakes(click.ClickException):
    """schedule.yaml is wrong; each mistake has been said on standard error."""

    def __init__(self, path: Path, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} mistake{'s' if len(problems) > 1 else ''} in {path}")
        self.problems = problems


def read_schedule(options: Options) -> tuple[Schedule, tuple[Problem, ...]]:
    """Read schedule.yaml or say everything that is wrong with it."""
    path = options.schedule or Path(os.environ.get("LOA_SCHEDULE") or "schedule.yaml")
    try:
        found = read(path, os.environ)
    except ScheduleProblems as problems:
        for problem in problems.problems:
            click.echo(str(problem), err=True)
        raise Mistakes(path, problems.problems) from None
    return found.schedule, found.warnings


def data_folder(options: Options, schedule: Schedule) -> Path:
    """--data, else LOA_DATA, else `var` beside schedule.yaml."""
    chosen = options.data or Path(os.environ.get("LOA_DATA") or schedule.path.parent / "var")
    return chosen.expanduser().resolve()


def prepare(options: Options) -> tuple[Schedule, Path]:
    """The configuration and the data folder of one command; from here on no configured secret is logged."""
    schedule, _ = read_schedule(options)
    redact(schedule)
    os.environ["LOA_BASE_URL"] = schedule.office.base_url
    return schedule, data_folder(options, schedule)


def set_up_django(data: Path) -> None:
    """Make Django know this data folder; a process knows one. One that is being restored is refused."""
    from pipeline.keep.folder import UNFINISHED

    if (data / UNFINISHED).exists():
        raise click.ClickException(f"{data}: a restore was not finished. Run `loa restore` again.")
    data.mkdir(parents=True, exist_ok=True)
    os.environ["LOA_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")
    import django

    django.setup()


class Outdated(click.ClickException):
    """The database is of another version than this program, and nothing was done to it."""


@contextmanager
def migrating(data: Path) -> Iterator[None]:
    """No other process brings this office's database to another version meanwhile."""
    from django.db import connection

    with (data / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_lock({MIGRATING})")
        try:
            yield
        finally:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT pg_advisory_unlock({MIGRATING})")


def migrate(data: Path) -> None:
    """Set up a new database; one that has something in it is left to `loa upgrade`. Raises `Outdated`."""
    from pipeline.keep import schema

    with migrating(data):
        if newer := schema.unknown(schema.applied()):
            raise Outdated(f"the database is of a newer Loa (it has {newer[0]}): install that version.")
        pending = schema.pending()
        if pending and not schema.is_new():
            raise Outdated(
                f"the database is of an earlier Loa ({len(pending)} migrations behind): "
                "stop whatever works on it, then run `loa upgrade`."
            )
        if pending:
            schema.migrate()


def enter(options: Options, *, running: bool = False, any_folder: bool = False) -> Office:
    """Open the office for one command.

    A rehearsed instant stands still, or with `running` goes on from there. `any_folder` lets --now into
    an office's real folder, for what is done on a copy.
    """
    schedule, data = prepare(options)
    set_up_django(data)
    migrate(data)
    office = open_now(options, schedule, data, running=running, any_folder=any_folder)
    from pipeline.deliver import restored
    from pipeline.deliver.engine import real_now

    restored.pause_newcomers([channel.id for channel in schedule.channels], real_now())
    return office


def open_now(
    options: Options, schedule: Schedule, data: Path, *, running: bool = False, any_folder: bool = False
) -> Office:
    """The office in a database that is of this version; `enter` is the door for all that need no other."""
    from pipeline.office import BusinessTime, open_office

    moment = _rehearsal(options.now, any_folder=any_folder)
    if moment is None:
        clock: Callable[[], datetime] = BusinessTime()
    else:
        clock = BusinessTime.beginning(moment) if running else _frozen(moment)
    office = open_office(schedule, data, clock)
    options.open.callback(office.close)
    return office


def redact(schedule: Schedule) -> None:
    """From here on no configured secret is logged."""
    mask = Redact((*secrets_of(schedule), os.environ.get("LOA_KEY", "")))
    for handler in logging.getLogger().handlers:
        handler.addFilter(mask)


def _frozen(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _rehearsal(asked: datetime | None, *, any_folder: bool) -> datetime | None:
    """The rehearsed instant of this folder: --now, or the last --now; None in an office's real folder."""
    from pipeline.models import AuditEntry, OfficeFact, Source

    fact = OfficeFact.objects.filter(name="rehearsal").first()
    if asked is None:
        return datetime.fromisoformat(fact.value) if fact else None
    # People are added before the first rehearsal too; whatever else was done was done for real.
    real = Source.objects.exists() or AuditEntry.objects.exclude(subject__startswith="user:").exists()
    if fact is None and real and not any_folder:
        raise click.ClickException(
            "--now: this data folder is the office's real one. Use another --data folder, or --dry-run."
        )
    OfficeFact.objects.update_or_create(name="rehearsal", defaults={"value": asked.isoformat()})
    return asked


@contextmanager
def copy_of(data: Path) -> Iterator[Path]:
    """A copy of the data folder's database in a scratch folder that goes with the block."""
    if os.environ.get("DATABASE_URL"):
        raise click.ClickException("--dry-run copies the database and can do so with SQLite only.")
    with tempfile.TemporaryDirectory(prefix="loa-dry-run-") as folder:
        scratch = Path(folder)
        if (data / "loa.sqlite3").exists():
            with (
                sqlite3.connect(data / "loa.sqlite3") as source,
                sqlite3.connect(scratch / "loa.sqlite3") as target,
            ):
                source.backup(target)
            if (data / "secret-key").exists():
                shutil.copy(data / "secret-key", scratch)
        yield scratch
