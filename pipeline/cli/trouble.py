"""What the disk or the database has against a command, in a sentence that names the place and the mend."""

from __future__ import annotations

import errno
import os
import sqlite3

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import DatabaseError, InterfaceError, OperationalError

KEPT = "What was committed is kept; the next run goes on from there."
_MENDS = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "make room on that disk, or raise its quota",
    errno.EROFS: "mount that disk for writing",
    errno.EACCES: "let this user write there",
    errno.EPERM: "let this user write there",
}


def in_words(error: Exception) -> str | None:
    """What to tell the operator, without secrets; None for an error that is not of disk or database."""
    if isinstance(error, OSError) and error.errno in _MENDS:
        place = error.filename or os.environ.get("LOA_DATA", "the data folder")
        return f"{place}: {error.strerror}: {_MENDS[error.errno]}. {KEPT}"
    if said := damage(error):
        return (
            f"{_database()}: {said}: the file is damaged. Move the data folder away, then put the last "
            "backup into an empty one: loa restore FILE (docs/how-to/restore.md)."
        )
    if isinstance(error, (OperationalError, InterfaceError)) or _is_read_only(error):
        return f"{_database()}: {_first_line(error)}: {_mend(error)}. {KEPT}"
    return None


def damage(error: Exception) -> str:
    """What SQLite says of a file that is damaged, or none of its own; empty for any other error.

    The codes are those of https://www.sqlite.org/rescode.html.
    """
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    name = getattr(cause, "sqlite_errorname", "")
    found = isinstance(cause, sqlite3.Error) and name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    return str(cause) if found else ""


def _is_read_only(error: Exception) -> bool:
    # PostgreSQL's SQLSTATE 25006, read_only_sql_transaction, which Django knows as an InternalError.
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) == "25006"


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _mend(error: Exception) -> str:
    said = str(error).lower()
    if "full" in said or "no space left" in said:
        return "make room on that disk"
    if "readonly" in said or "read-only" in said:
        return "it must be writable for this user"
    if "locked" in said:
        return "another process holds it; end that one, or wait for it"
    return "is it running and open to us? `loa check` and the log of the database say more"


def _database() -> str:
    """The database's file, or its server and name."""
    from django.conf import settings

    try:
        database = settings.DATABASES["default"]
    except ImproperlyConfigured:
        return "the database"
    if "sqlite3" in database["ENGINE"]:
        return str(database["NAME"])
    host = database["HOST"] or "the local socket"
    return f"DATABASE_URL: {database['NAME']} at {host}:{database['PORT'] or 5432}"
