"""`manage.py rotate_sealing_keys`: seal again, with the first key of SEALING_KEYS.

Put the new key first and keep the old ones, restart, run this, then remove the old
ones. It works in small chunks beside running processes and may be stopped and started
again: a value that somebody writes meanwhile is left as they wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction

from notify_project.db.encryption import (
    CannotOpen,
    SealedBinaryField,
    key_id,
    open_sealed,
    primary_key_id,
    seal,
)

CHUNK_ROWS = 500
Key = int | str | UUID  # as the database's driver gives it


class Command(BaseCommand):
    help = "Seal every sealed column again with the first key of SEALING_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        newest, lost = primary_key_id(), 0
        for field in sealed_fields():
            resealed, unreadable = _rotate(field, newest)
            lost += unreadable
            if resealed or unreadable:
                self.stdout.write(
                    f"{field.column_label}: {resealed} sealed again with {newest}"
                    + (f", {unreadable} cannot be opened" if unreadable else "")
                )
        if lost:
            raise CommandError(
                f"{lost} values were sealed with a key that SEALING_KEYS does not "
                "hold, or were damaged. Add the missing key and run this again."
            )
        self.stdout.write(f"Everything is sealed with {newest}.")


def sealed_fields() -> Iterator[SealedBinaryField]:
    """Every sealed column of every table that is ours to write."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, SealedBinaryField):
                    yield field


def _rotate(field: SealedBinaryField, newest: str) -> tuple[int, int]:
    """How many values were sealed again, and how many could not be opened."""
    resealed = unreadable = 0
    for chunk in _chunks(field):
        with transaction.atomic(), connection.cursor() as cursor:
            for key, value in chunk:
                try:
                    if key_id(value) == newest:
                        continue
                    plain = open_sealed(value, column=field.column_label)
                except CannotOpen:
                    unreadable += 1
                    continue
                fresh = seal(plain, column=field.column_label)
                cursor.execute(_sql(field, _UPDATE), [fresh, key, value])
                resealed += cursor.rowcount
    return resealed, unreadable


_SELECT = (
    "SELECT {pk}, {column} FROM {table} WHERE {column} IS NOT NULL{after} "
    "ORDER BY {pk} LIMIT {rows}"
)
# Compare-and-set: only if it is still what was read.
_UPDATE = "UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s"


def _chunks(field: SealedBinaryField) -> Iterator[list[tuple[Key, bytes]]]:
    """Rows as (primary key, sealed bytes), as the database has them."""
    last: list[Key] = []
    while True:
        after = " AND {pk} > %s" if last else ""
        with connection.cursor() as cursor:
            cursor.execute(_sql(field, _SELECT.replace("{after}", after)), last)
            rows = [(key, bytes(value)) for key, value in cursor.fetchall()]
        if not rows:
            return
        yield rows
        last = [rows[-1][0]]


def _sql(field: models.Field[Any, Any], statement: str) -> str:
    quote = connection.ops.quote_name
    meta = field.model._meta
    return statement.format(
        table=quote(meta.db_table),
        pk=quote(str(meta.pk.column)),
        column=quote(str(field.column)),
        rows=CHUNK_ROWS,
    )
