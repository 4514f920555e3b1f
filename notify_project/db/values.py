"""Many rows, different values, one statement: UPDATE ... FROM v, INSERT ... SELECT.

PostgreSQL is given all rows as one JSON text, whatever their number: quoting each value
by itself took a third of a worker's time with the database. SQLite gets VALUES.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

Row = Mapping[str, Any]


def values(
    model: type[models.Model],
    names: Sequence[tuple[str, str]],
    rows: Sequence[Row],
    *,
    name: str = "v",
) -> tuple[str, list[Any]]:
    """`v(v_a, v_b) AS (...)`, a table of the rows, and its parameters.

    `names` pairs each key of the rows with the attribute of the model that says of
    which type it is; the key names the column of `v`.
    """
    shape = _shape(model, tuple(names), connection.vendor)
    prepared = _in_json if shape.typed else _prepared
    cells = [
        [
            prepared(target, row[key])
            for (key, _attribute), target in zip(names, shape.fields, strict=True)
        ]
        for row in rows
    ]
    if shape.typed:
        return (
            f"{name}({shape.head}) AS (SELECT * FROM "
            f"json_to_recordset(%s::json) AS r({shape.typed}))",
            [_as_json(cells)],
        )
    body = ", ".join([f"({', '.join(['%s'] * len(shape.fields))})"] * len(rows))
    plain = [each for row in cells for each in row]
    return f"{name}({shape.head}) AS (VALUES {body})", plain


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of such a table; `typed` for PostgreSQL alone."""

    fields: tuple[Any, ...]
    head: str
    typed: str


@cache
def _shape(
    model: type[models.Model], names: tuple[tuple[str, str], ...], vendor: str
) -> _Shape:
    fields = tuple(model._meta.get_field(attribute) for _key, attribute in names)
    head = ", ".join(f"v_{key}" for key, _attribute in names)
    if vendor != "postgresql":
        return _Shape(fields, head, "")
    types = (f"c{number} {_type(one)}" for number, one in enumerate(fields))
    return _Shape(fields, head, ", ".join(types))


# JSON says these as they are, whatever the column makes of them for its own driver.
_PLAIN = frozenset({str, int, bool, type(None), UUID, datetime})


def _in_json(target: Any, value: Any) -> Any:
    as_it_is = type(value) in _PLAIN and not isinstance(target, _PACKED)
    return value if as_it_is else _prepared(target, value)


_PACKED = (models.BinaryField, models.JSONField)


def _as_json(cells: Sequence[Sequence[Any]]) -> str:
    rows = [{f"c{n}": value for n, value in enumerate(row)} for row in cells]
    return json.dumps(rows, default=_json_text, separators=(",", ":"))


def _json_text(value: Any) -> str:
    """As PostgreSQL reads it: UUIDs and times by their own text, bytes in hex."""
    value = getattr(value, "obj", value)  # the driver's own wrapping of bytes
    if isinstance(value, bytes | bytearray | memoryview):
        return f"\\x{bytes(value).hex()}"
    return str(value)


@cache
def column(model: type[models.Model], name: str) -> str:
    """The quoted column of an attribute."""
    found: Any = model._meta.get_field(name)
    return connection.ops.quote_name(found.column)


@cache
def table(model: type[models.Model]) -> str:
    """The quoted table of a model."""
    return connection.ops.quote_name(model._meta.db_table)


def update_rows(
    model: type[models.Model],
    rows: Sequence[Row],
    *,
    sets: str = "",
    only: str = "",
    parameters: Sequence[Any] = (),
) -> None:
    """Set each row's columns, found by `id`; all rows name the same columns.

    `sets` and `only` are SQL for columns that are the same for all, with `parameters`,
    and of what must still hold.
    """
    if not rows:
        return
    names = sorted(rows[0])
    clause, found = values(model, [(name, name) for name in names], rows)
    own = [f"{column(model, n)} = v_{n}" for n in names if n != "id"]
    fence = [f"{column(model, 'id')} = v_id", *([only] if only else [])]
    statement = (
        f"WITH {clause} UPDATE {table(model)} "
        f"SET {', '.join([*own, *([sets] if sets else [])])} FROM v "
        f"WHERE {' AND '.join(fence)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*found, *parameters])


def insert_rows(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Insert rows that name all columns without a default in the database.

    A fifth of what bulk_create costs; for the tables that every message writes to.
    """
    if not rows:
        return
    names = sorted(rows[0])
    clause, parameters = values(model, [(name, name) for name in names], rows)
    statement = (
        f"WITH {clause} INSERT INTO {table(model)} "
        f"({', '.join(column(model, name) for name in names)}) "
        f"SELECT {', '.join(f'v_{name}' for name in names)} FROM v"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def insert_objects(*groups: Sequence[models.Model]) -> None:
    """Insert new objects, a group for each table, all in one statement on PostgreSQL.

    A fifth of what bulk_create costs for a row in each of five tables. Ids that the
    database gives are not set on the objects. Foreign keys between the groups have to
    be checked at the commit, as Django makes them.
    """
    filled = [group for group in groups if group]
    if not filled:
        return
    if connection.vendor == "sqlite":
        for group in filled:
            models.QuerySet[models.Model](type(group[0])).bulk_create(group)
        return
    statements: list[str] = []
    parameters: list[Any] = []
    for group in filled:
        statements.append(_insert(group, parameters))
    *others, last = statements
    named = [f"i{number} AS ({text})" for number, text in enumerate(others)]
    with connection.cursor() as cursor:
        head = f"WITH {', '.join(named)} " if named else ""
        cursor.execute(head + last, parameters)


def _insert(group: Sequence[models.Model], parameters: list[Any]) -> str:
    """The statement for one table; adds its parameters."""
    model = type(group[0])
    fields, names = _stored(model)
    rows = []
    for row in group:
        marks = []
        for field in fields:
            value = field.pre_save(row, True)
            if isinstance(value, DatabaseDefault):
                marks.append("DEFAULT")
            else:
                marks.append("%s")
                parameters.append(_prepared(field, value))
        rows.append(f"({', '.join(marks)})")
    return f"INSERT INTO {table(model)} ({names}) VALUES {', '.join(rows)}"


@cache
def _stored(model: type[models.Model]) -> tuple[tuple[Any, ...], str]:
    """The fields that are inserted, and their columns' names."""
    fields = tuple(
        one
        for one in model._meta.concrete_fields
        if not isinstance(one, models.AutoField)
    )
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in fields)
    return fields, names


def _type(target: Any) -> str:
    """Without a length: the column itself refuses what is too long for it."""
    return str(target.rel_db_type(connection)).partition("(")[0]


def _prepared(target: Any, value: Any) -> Any:
    return target.get_db_prep_save(value, connection)
