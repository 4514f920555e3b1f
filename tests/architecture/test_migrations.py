"""Migrations: complete, named by intention, and with a way back."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.operations.base import Operation

from tests.architecture import source

# What Django writes when nobody thought of a name.
UNNAMED = re.compile(r"_auto_|_and_more$")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named_by_intention():
    assert [str(path) for path in _migrations() if UNNAMED.search(path.stem)] == []


def test_each_migration_can_be_reversed():
    one_way = [
        f"{path}: {operation.describe()}"
        for path in _migrations()
        for operation in _operations(path)
        if not operation.reversible
    ]

    assert one_way == []


def test_data_and_schema_migrate_apart():
    """On PostgreSQL a change of rows may leave triggers that a schema change meets."""
    mixed = [
        str(path)
        for path in _migrations()
        if any(isinstance(one, RunPython) for one in _operations(path))
        and not all(isinstance(one, RunPython | RunSQL) for one in _operations(path))
    ]

    assert mixed == []


def _migrations():
    return [
        path
        for path in source.modules(migrations=True)
        if path.parent.name == "migrations" and path.name != "__init__.py"
    ]


def _operations(path) -> list[Operation]:
    name = ".".join(path.with_suffix("").parts)
    return list(import_module(name).Migration.operations)
