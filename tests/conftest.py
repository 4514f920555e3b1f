"""What all tests share: the database that each process of the run tests on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import dns.resolver
import hypothesis
import pytest
from django.conf import settings
from hypothesis import HealthCheck

from notify_project.db import clock
from notify_project.observability import metrics

pytest_plugins = ["tests.tenants.fresh"]

# A busy machine draws examples slowly, which says nothing of what is tested.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """SQLite in a file, as in production: in memory, threads would share one lock.

    PostgreSQL keeps what pytest-django's fixture did: one database for each worker.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        folder = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.db")


@pytest.fixture(autouse=True)
def _no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the DNS of this machine; egress/names.py has one of its own."""
    nobody = dns.resolver.Resolver(configure=False)
    monkeypatch.setattr(dns.resolver, "default_resolver", nobody)


@pytest.fixture(scope="session", autouse=True)
def _figures_stay_in_memory() -> None:
    """Or some request would now and then make one query more than its test counts."""
    metrics.FLUSH_SECONDS = float("inf")


@pytest.fixture
def steady_clock(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is not asked for the time again, for tests that count queries.

    On a slow machine it is asked at each look, since only prompt answers are kept.
    """
    monkeypatch.setattr(clock, "_PROMPT_SECONDS", float("inf"))
    monkeypatch.setattr(clock, "_COUNTED_SECONDS", float("inf"))
    clock.now()


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the process's own log handlers write."""
    buffer = StringIO()
    kept = []
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            kept.append((handler, handler.setStream(buffer)))
    assert kept, "no handler of ours"
    yield buffer
    for handler, stream in kept:
        handler.setStream(stream)
