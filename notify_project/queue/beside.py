"""What a change of queued rows writes to other tables, and asks of them, beside itself.

On PostgreSQL all of it is one statement with the change: a round trip each would take a
worker as long as the writing. Elsewhere it follows in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self
from uuid import UUID

from django.db import connection, models

from notify_project.db.values import column, insert_rows, table, update_rows, values

Row = Mapping[str, Any]


class Beside(Protocol):
    """Rows of another table. In a statement, `moved` is the table of the ids that the
    change has moved."""

    @property
    def rows(self) -> Sequence[Row]: ...

    def within(self, name: str, parameters: list[Any]) -> list[str]:
        """Clauses of a WITH, named after `name`; adds their parameters."""

    def write(self, moved: Collection[UUID]) -> None:
        """The same as a statement of its own."""

    def of(self, ids: Collection[UUID]) -> Self:
        """Only what belongs to these rows of the change."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows that are inserted for those rows that really moved.

    `key` is the attribute that holds the id of the moved row; all rows name the same
    attributes.
    """

    model: type[models.Model]
    key: str
    rows: Sequence[Row]

    def within(self, name: str, parameters: list[Any]) -> list[str]:
        names = sorted(self.rows[0])
        rows, more = values(self.model, [(n, n) for n in names], self.rows, name=name)
        parameters += more
        columns = ", ".join(column(self.model, each) for each in names)
        chosen = ", ".join(f"{name}.v_{each}" for each in names)
        return [
            rows,
            f"in_{name} AS (INSERT INTO {table(self.model)} ({columns}) "
            f"SELECT {chosen} FROM {name} "
            f"JOIN moved ON moved.id = {name}.v_{self.key})",
        ]

    def write(self, moved: Collection[UUID]) -> None:
        insert_rows(self.model, self.of(moved).rows)

    def of(self, ids: Collection[UUID]) -> Insert:
        rows = [row for row in self.rows if row[self.key] in ids]
        return replace(self, rows=rows)


@dataclass(frozen=True, slots=True)
class Update:
    """Rows that are changed, found by `id`, by the other values that they name.

    `by` is the key with the id of the moved row that each belongs to. `always`: also
    where that one did not move. `sets` and `only` are SQL for columns that are the same
    for all, and of what must still hold; `parameters` those of `sets`.
    """

    model: type[models.Model]
    by: str
    rows: Sequence[Row]
    always: bool = False
    sets: str = ""
    only: str = ""
    parameters: Sequence[Any] = ()

    def within(self, name: str, parameters: list[Any]) -> list[str]:
        rows, more = values(self.model, self._typed(), self.rows, name=name)
        parameters += [*more, *self.parameters]
        here = table(self.model)
        source, fence = name, [f"{here}.{column(self.model, 'id')} = {name}.v_id"]
        if not self.always:
            source = f"{name} JOIN moved ON moved.id = {name}.v_{self.by}"
        if self.only:
            fence.append(self.only)
        return [
            rows,
            f"up_{name} AS (UPDATE {here} SET {self._sets(name)} FROM {source} "
            f"WHERE {' AND '.join(fence)})",
        ]

    def write(self, moved: Collection[UUID]) -> None:
        kept = self.rows if self.always else self.of(moved).rows
        update_rows(
            self.model,
            [{k: v for k, v in row.items() if k != self.by} for row in kept],
            sets=self.sets,
            only=self.only,
            parameters=self.parameters,
        )

    def of(self, ids: Collection[UUID]) -> Update:
        rows = [row for row in self.rows if row[self.by] in ids]
        return replace(self, rows=rows)

    def _typed(self) -> list[tuple[str, str]]:
        """The moved row's id is of the type of any id."""
        return [(n, "id" if n == self.by else n) for n in sorted(self.rows[0])]

    def _sets(self, name: str) -> str:
        own = [n for n in sorted(self.rows[0]) if n not in ("id", self.by)]
        sets = [f"{column(self.model, n)} = {name}.v_{n}" for n in own]
        return ", ".join([*sets, *([self.sets] if self.sets else [])])


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be known with a change: which of `among` another table has rows of.

    `condition` is SQL without parameters; `found` is filled in.
    """

    model: type[models.Model]
    key: str
    condition: str
    among: frozenset[UUID]
    found: set[UUID] = field(default_factory=set)

    def ask(self) -> set[UUID]:
        """The answer by itself, in a query of its own."""
        if self.among:
            with connection.cursor() as cursor:
                cursor.execute(*self.select())
                self.found.update(as_id(row[0]) for row in cursor.fetchall())
        return self.found

    def select(self) -> tuple[str, list[Any]]:
        """The query, and its parameters."""
        name = column(self.model, self.key)
        marks = ", ".join(["%s"] * len(self.among))
        target: Any = self.model._meta.get_field(self.key)
        return (
            f"SELECT DISTINCT {name} FROM {table(self.model)} "
            f"WHERE {name} IN ({marks}) AND {self.condition}",
            [target.get_db_prep_value(one, connection) for one in self.among],
        )


def as_id(value: Any) -> UUID:
    """As the database gives it: SQLite keeps UUIDs as text."""
    return value if isinstance(value, UUID) else UUID(str(value))
