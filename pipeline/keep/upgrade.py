"""`loa upgrade`: a proved backup, the migrations, and a look at what came of them."""

from __future__ import annotations

from django.core.checks import run_checks
from django.core.management import CommandError
from django.db import DatabaseError, connection

from pipeline import audit
from pipeline.deliver import presence
from pipeline.keep import schema
from pipeline.keep.backup import Backup, back_up
from pipeline.models import Revision
from pipeline.office import Office
from pipeline.search import index


class NotUpgraded(Exception):
    """The office was not brought to this version; `str()` says how far it came, and what to do now."""


def upgrade(office: Office) -> Backup | None:
    """Back up, migrate, check; None where the database is of this version already, which is checked too.

    Raises `NotUpgraded`, `BackupTrouble` (nothing was changed then) and OSError.
    """
    if presence.anybody(office.data / "workers"):
        raise NotUpgraded(f"Loa is at work in {office.data}: stop the service first (systemctl stop loa).")
    if newer := schema.unknown(schema.applied()):
        raise NotUpgraded(f"the database is of a newer Loa (it has {newer[0]}): install that version.")
    backup = back_up(office) if schema.pending() and not schema.is_new() else None
    try:
        schema.migrate()
        index.fill(Revision.objects.all())
        _check(office)
    except (DatabaseError, CommandError, _Unwell) as trouble:
        if backup is None:
            raise NotUpgraded(str(trouble)) from None
        raise NotUpgraded(
            f"{trouble}. As it was before: install the earlier version again, then "
            f"`loa restore {backup.path} --data EMPTY_FOLDER`; nothing went out since."
        ) from None
    return backup


class _Unwell(Exception):
    pass


def _check(office: Office) -> None:
    if errors := [each for each in run_checks() if each.is_serious()]:
        raise _Unwell(str(errors[0]))
    if left := schema.pending():
        raise _Unwell(f"{left[0]} was not done")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            if (said := cursor.fetchone()[0]) != "ok":
                raise _Unwell(f"the database is damaged: {said}")
    connection.check_constraints()
    if broken := audit.verify() or audit.holds_from(audit.heads_in(office.data)):
        raise _Unwell(f"the audit chain breaks at entry {broken.sequence}: {broken.why}")
