"""Many rows written by one prepared statement: Django's bulk methods build an expression for every value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def write_back(rows: Iterable[Model], fields: Sequence[str]) -> None:
    """Store these fields of rows of one table, which the transaction around this call holds."""
    if held := list(rows):
        meta = held[0]._meta
        columns = [column for column in meta.concrete_fields if column.name in fields]
        changes = ", ".join(f"{_name(column)} = %s" for column in columns)
        table = connection.ops.quote_name(meta.db_table)
        _execute(f"UPDATE {table} SET {changes} WHERE {_name(meta.pk)} = %s", held, [*columns, meta.pk])  # noqa: S608


def write_new(rows: Iterable[Model]) -> None:
    """Insert rows of one table of which nobody needs to know the numbers that the database gives them."""
    if fresh := list(rows):
        meta = fresh[0]._meta
        columns = [column for column in meta.concrete_fields if column is not meta.auto_field]
        names = ", ".join(map(_name, columns))
        values = ", ".join(["%s"] * len(columns))
        table = connection.ops.quote_name(meta.db_table)
        _execute(f"INSERT INTO {table} ({names}) VALUES ({values})", fresh, columns)  # noqa: S608


def _name(column: Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(column.column))


def _execute(statement: str, rows: Sequence[Model], columns: Sequence[Field[Any, Any]]) -> None:
    values = [[c.get_db_prep_save(getattr(row, c.attname), connection) for c in columns] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
