"""`loa restore`: a backup into an empty folder, everything paused, and what may have gone out since."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import connection

from pipeline import audit
from pipeline.deliver import restored, upkeep
from pipeline.deliver.engine import real_now
from pipeline.keep import schema
from pipeline.keep.archive import DATABASE, Manifest
from pipeline.keep.database import NAME, load
from pipeline.keep.folder import NotRestored
from pipeline.models import Article, Delivery, DeliveryState, OfficeFact
from pipeline.office import Office
from pipeline.run import next_time

NUMBERS_LEFT_OUT = 10_000
"""More articles than any office gets between two backups."""

OF_ONE_PROCESS = ("last-sweep", "last-look", "duty-told")
"""What the snapshot's processes said of themselves."""


def fill_database(manifest: Manifest, folder: Path) -> None:
    """The database as the backup has it. Raises `NotRestored`, and `DatabaseTrouble` on PostgreSQL."""
    if newer := schema.unknown(manifest.migrations):
        raise NotRestored(
            f"the backup is of a newer Loa ({manifest.version}, with {newer[0]}): install that version first."
        )
    if manifest.kind != connection.vendor:
        other = "set DATABASE_URL to an empty PostgreSQL database" if manifest.kind == "postgresql" else ""
        raise NotRestored(
            f"the backup is of {manifest.kind}, this office is on {connection.vendor}: "
            f"{other or 'leave DATABASE_URL out'}."
        )
    if connection.vendor == "sqlite":
        (folder / DATABASE).rename(folder / NAME)
        return
    if connection.introspection.table_names():
        raise NotRestored(
            f"the database {connection.settings_dict['NAME']!r} is not empty: nothing is overwritten. "
            "Make an empty one (createdb) and name it in DATABASE_URL."
        )
    load(folder / DATABASE)
    (folder / DATABASE).unlink()


def chain_trouble(folder: Path) -> str:
    """Where the restored audit log breaks, and why; empty where it holds."""
    broken = audit.verify() or audit.holds_from(audit.heads_in(folder))
    return f"entry {broken.sequence}: {broken.why}" if broken else ""


def stop_everything(office: Office, manifest: Manifest, who: str) -> list[Delivery]:
    """Pause every channel, take over what was in hand at the snapshot, and list what is in question."""
    local = manifest.at.astimezone(office.schedule.office.zone)
    reason = f"Khôi phục từ bản sao lưu lúc {local:%H:%M:%S ngày %d/%m/%Y}"
    named = {channel.id for channel in office.schedule.channels} | set(office.channels)
    restored.begin(named, manifest.at, reason, who, real_now())
    # Whoever held these rows held them in the database that was lost.
    upkeep.sweep(office.channels, lambda _owner: True, real_now())
    OfficeFact.objects.filter(name__in=OF_ONE_PROCESS).delete()
    _leave_numbers_out()
    return list(restored.in_question(office.now()).select_related("article", "revision"))


def _leave_numbers_out() -> None:
    """No number that the lost office gave since the snapshot is given again: links and guids lead by them."""
    table = Article._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "pg_get_serial_sequence(%s, 'id')"
            cursor.execute(
                f"SELECT setval({sequence}, nextval({sequence}) + %s)",
                [table, table, NUMBERS_LEFT_OUT],
            )
        else:
            # https://www.sqlite.org/autoinc.html: a table that never had a row has none there either.
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT %s, 0"
                " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
                [table, table],
            )
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [NUMBERS_LEFT_OUT, table]
            )


def due_by(office: Office, channel: str, until: datetime) -> list[Delivery]:
    """What of a channel's queue would have gone out by `until` (aware) had the database not been lost.

    The windows have moved since, and what was collected again counts from the restore; so each row's time is
    reckoned anew: from when it was approved, or, where that came after the restore, from when its agency
    published it, but not before the snapshot.
    """
    restore = restored.standing()
    if restore is None:
        return []
    queued = Delivery.objects.filter(restore.may_be_out(), channel=channel, state=DeliveryState.QUEUED)
    chosen = []
    for row in queued.select_related("article", "revision").order_by("due_at", "id"):
        begun = row.created_at
        if row.id > restore.last:
            said = row.revision.updated or row.revision.published or restore.snapshot
            begun = max(restore.snapshot, said)
        post = next_time(office, row, begun)
        if begun <= until and post is not None and post.due_at <= until:
            chosen.append(row)
    return chosen
