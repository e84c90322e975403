"""Many rows written in one statement, where Django's bulk_update builds a CASE for every single value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def write_back(rows: Iterable[Model], fields: Sequence[str]) -> None:
    """Store these fields of rows of one table, which the transaction around this call holds."""
    held = list(rows)
    if not held:
        return
    meta, name = held[0]._meta, connection.ops.quote_name
    columns = [column for column in meta.concrete_fields if column.name in fields]
    changes = ", ".join(f"{name(str(column.column))} = %s" for column in columns)
    statement = f"UPDATE {name(meta.db_table)} SET {changes} WHERE {name(str(meta.pk.column))} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[_stored(row, c) for c in (*columns, meta.pk)] for row in held])


def _stored(row: Model, column: Field[Any, Any]) -> Any:
    return column.get_db_prep_save(getattr(row, column.attname), connection)
