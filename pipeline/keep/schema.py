"""How far a database has been migrated, against what this version needs."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from pipeline.models import AuditEntry, Source


def applied() -> tuple[str, ...]:
    """What was migrated here so far, as `app.0001_name`, in the order of names."""
    done = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(f"{app}.{name}" for app, name in done))


def pending() -> tuple[str, ...]:
    """What this version would still have to do."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{each.app_label}.{each.name}" for each, _ in plan)


def unknown(names: tuple[str, ...]) -> tuple[str, ...]:
    """What of these only a newer version than this one can have done."""
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    apps = {name.partition(".")[0] for name in ours}
    return tuple(name for name in names if name not in ours and name.partition(".")[0] in apps)


def is_new() -> bool:
    """Whether nothing was ever done here: set up for the first time, or not even to the end."""
    tables = set(connection.introspection.table_names())
    return not any(
        model._meta.db_table in tables and model.objects.exists() for model in (AuditEntry, Source)
    )


def migrate() -> None:
    """Bring the database to this version, each migration whole or not at all."""
    call_command("migrate", verbosity=0, interactive=False)
