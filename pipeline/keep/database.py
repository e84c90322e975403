"""The database as one file, and back: SQLite's online backup, or PostgreSQL's own pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

NAME = "loa.sqlite3"
PG = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
KEY = 5
"""Of pg_advisory_lock; the audit log, the outbox and the leader have 1 to 4."""
CLIENT = (
    "It comes with PostgreSQL's client: apt-get install postgresql-client, of the server's version or newer."
)


class DatabaseTrouble(Exception):
    """The database cannot be copied or filled; `str()` says why, and the mend where it is known."""


def snapshot(target: Path) -> None:
    """All that is committed now, as one file; others go on reading and writing meanwhile."""
    if connection.vendor == "postgresql":
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        return
    # https://www.sqlite.org/backup.html: in one step it sees one instant, and in WAL it stops no writer.
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        # A file that stands alone, with no journal beside it.
        copy.execute("PRAGMA journal_mode=DELETE")


def load(dump: Path) -> None:
    """Fill the empty PostgreSQL database that this process works with; all of it or nothing."""
    _load(dump, connection.settings_dict["NAME"])


@contextmanager
def restored(dump: Path, folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which a process works with a database restored from `dump`, inside the block.

    On SQLite it stands in `folder`; on PostgreSQL in a database of its own, which is dropped afterwards.
    """
    if connection.vendor == "sqlite":
        shutil.move(dump, folder / NAME)
        yield {"LOA_DATA": str(folder), "DATABASE_URL": ""}
        return
    import psycopg
    from psycopg.sql import SQL, Identifier

    settings = connection.settings_dict
    scratch = f"{settings['NAME']}_proof"
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    with closing(psycopg.connect(**parameters, autocommit=True)) as admin:
        # One proof at a time: its database has one name, so that what a kill left behind is found.
        admin.execute(f"SELECT pg_advisory_lock({KEY})")
        try:
            admin.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(scratch)))
            admin.execute(
                SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(Identifier(scratch))
            )
        except psycopg.errors.InsufficientPrivilege:
            user = settings["USER"] or "the database's user"
            raise DatabaseTrouble(
                f"{user} may not create the database {scratch!r}, in which the backup is proved by restoring "
                f'it (a list of its contents proves nothing). Allow it: ALTER ROLE "{user}" CREATEDB;'
            ) from None
        try:
            _load(dump, scratch)
            yield {"LOA_DATA": str(folder), "DATABASE_URL": _address(settings, scratch)}
        finally:
            admin.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(scratch)))


def _load(dump: Path, database: str) -> None:
    _run(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
        f"--dbname={database}", str(dump),
    )  # fmt: skip


def _run(program: str, *arguments: str) -> None:
    settings = connection.settings_dict
    names = {
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "NAME": "PGDATABASE",
    }
    # In the environment, for a command line can be read by everybody on this machine.
    said = {variable: str(settings[key]) for key, variable in names.items() if settings[key]}
    try:
        done = subprocess.run(  # noqa: S603
            [program, *arguments], env=os.environ | said, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise DatabaseTrouble(f"{program} is not installed. {CLIENT}") from None
    if done.returncode:
        raise DatabaseTrouble(f"{program}: {done.stderr.strip() or f'ended with {done.returncode}'}")


def _address(settings: Mapping[str, str], database: str) -> str:
    """What web/settings.py reads back into the same server and user."""
    user, password = (quote(str(settings[key]), safe="") for key in ("USER", "PASSWORD"))
    host = str(settings["HOST"])
    host = f"[{host}]" if ":" in host else host
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{user}{':' if password else ''}{password}@{host}{port}/{quote(database, safe='')}"
