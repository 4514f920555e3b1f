"""A query that Django writes once, and that is asked again and again with other values.

For what every accepted call asks: writing takes Django several times what the answer
takes the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

Row = tuple[Any, ...]
_Reading = Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]


@dataclass(frozen=True, slots=True)
class _Text:
    """One database's text; `order` has, for each parameter, which value it is, or a
    constant of the query's own."""

    sql: str
    order: tuple[tuple[int | None, Any], ...]
    reading: _Reading

    def parameters(self, values: Sequence[object]) -> list[Any]:
        return [
            own if place is None else _plain(values[place]) for place, own in self.order
        ]

    def read(self, row: Row) -> Row:
        cells = list(row)
        for place, (steps, expression) in self.reading.items():
            for step in steps:
                cells[place] = step(cells[place], expression, connection)
        return tuple(cells)


class Written:
    """`query` makes a values_list of as many values as there are `samples`.

    The samples are of the values' types (str, UUID, bytes), all different, and stand
    in the query as they are: no look-up that changes them for the database (contains,
    iexact). Its shape must not hang on a value.
    """

    def __init__(
        self, query: Callable[..., QuerySet[Any, Row]], *samples: object
    ) -> None:
        self._query = query
        self._samples = samples
        self._texts: dict[str, _Text] = {}

    def rows(self, *values: object) -> list[Row]:
        """What the database says of these values; one query."""
        text = self._texts.get(connection.vendor) or self._write()
        with connection.cursor() as cursor:
            cursor.execute(text.sql, text.parameters(values))
            found = cursor.fetchall()
        return [text.read(row) for row in found] if text.reading else found

    def _write(self) -> _Text:
        compiler = self._query(*self._samples).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        plain = [_plain(one) for one in self._samples]
        order = tuple(
            (plain.index(one), None) if one in plain else (None, one)
            for one in map(_bare, parameters)
        )
        if {place for place, _own in order if place is not None} != set(
            range(len(plain))
        ):
            raise TypeError("A sample does not stand in the query as it is.")
        reading = compiler.get_converters([one[0] for one in compiler.select])
        text = _Text(sql, order, reading)
        self._texts[connection.vendor] = text
        return text


def _plain(value: object) -> object:
    """A parameter as the driver wants it: SQLite keeps UUIDs as text."""
    if isinstance(value, UUID) and connection.vendor == "sqlite":
        return value.hex
    return value


def _bare(value: Any) -> Any:
    """Without the driver's own wrapping of bytes."""
    value = getattr(value, "obj", value)
    return bytes(value) if isinstance(value, memoryview) else value
