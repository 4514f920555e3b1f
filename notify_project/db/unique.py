"""One row that many may want to insert at once: the database lets one through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import OperationalError, connection, models

from notify_project.db.values import table

_LOCK_NOT_AVAILABLE = "55P03"


def insert_first(row: models.Model, *, unique: str) -> bool:
    """Insert; False if there is one with the same `unique` columns.

    Waits for whoever is inserting or changing that one, and locks nothing.
    """
    return _written(row, f"ON CONFLICT ({unique}) DO NOTHING", [])


def insert_or_replace(
    row: models.Model, *, unique: str, free: str, parameters: Sequence[Any]
) -> bool:
    """Insert, or replace the one that is there if `free` is true of it; else False.

    `free` is SQL over the row that is there; its parameters have the database's types.
    Locks that row to the end of the transaction, replaced or not.
    """
    sets = ", ".join(
        f"{quoted} = EXCLUDED.{quoted}"
        for one in type(row)._meta.concrete_fields
        if (quoted := connection.ops.quote_name(str(one.column)))
    )
    conflict = f"ON CONFLICT ({unique}) DO UPDATE SET {sets} WHERE {free}"
    return _written(row, conflict, parameters)


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether PostgreSQL gave up waiting for a row that somebody holds."""
    return getattr(error.__cause__, "sqlstate", "") == _LOCK_NOT_AVAILABLE


def db_value(model: type[models.Model], name: str, value: object) -> Any:
    """A value of a field as a parameter of a statement."""
    field: Any = model._meta.get_field(name)
    return field.get_db_prep_save(value, connection)


def _written(row: models.Model, conflict: str, parameters: Sequence[Any]) -> bool:
    model = type(row)
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [db_value(model, one.name, getattr(row, one.attname)) for one in fields]
    statement = (
        f"INSERT INTO {table(model)} ({names}) VALUES ({marks}) {conflict} RETURNING 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *parameters])
        return cursor.fetchone() is not None
