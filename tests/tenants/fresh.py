"""A pytest plugin: what one test leaves in memory or in the audit, the next never sees.

Named in tests/conftest.py by `pytest_plugins = ["tests.tenants.fresh"]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from notify_project.remembering import forget_everything
from tenants import last_used, refusals
from tenants.throttling import forget_counts

_audit = import_module("tenants.migrations.0002_audit_is_append_only")


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """No remembered keys, tenants, issuers, failures or counts."""
    forget_everything()
    forget_counts()
    last_used.forget()
    refusals.forget()
    translation.deactivate()  # a request in French leaves its language behind
    yield
    forget_everything()


@pytest.fixture(autouse=True, scope="session")
def audit_gives_way_to_the_flush() -> Iterator[None]:
    """After a test with real transactions Django empties all tables. SQLite does it
    by DELETE, which the audit's triggers refuse: they step aside for that moment."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            flush = connection.ops.sql_flush

            def around(*arguments: Any, **options: Any) -> list[str]:
                statements = flush(*arguments, **options)
                drop, create = (_audit.BACKWARDS["sqlite"], _audit.FORWARDS["sqlite"])
                return [*drop, *statements, *create] if statements else []

            patch.setattr(connection.ops, "sql_flush", around)
        yield
