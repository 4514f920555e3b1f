"""The real services of a test run: one PostgreSQL, one Redis protocol server.

A pytest plugin (`-p tests.services`). Before Django reads its settings, the process
that was asked to test takes TEST_DATABASE_URL and TEST_BROKER_URL, or starts a
server of its own for each that is not given, and stops it at the end. The xdist
workers inherit both addresses and part them: a database and a broker number each.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis

from tests.servers import Postgres, start_valkey, wait_for

# Fixed, so that a hash or a seal in a failed test is the same on the next run.
ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "SEALING_KEYS": "k1:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=",
    "SEARCH_KEY": "only-for-tests-search",
    "KEY_PEPPER": "only-for-tests-pepper",
    "PUBLIC_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "http://testserver",
    "EGRESS_ALLOW": "127.0.0.0/8,::1/128",
    "EMBEDDED": "false",
    "DEBUG": "false",
    "TRUSTED_PROXIES": "",
    # Its own tests require it; all others log in by one line.
    "SECOND_FACTOR": "offered",
}
# What only a run of its own tests, and what that needs besides.
ALONE = {
    "wires": "needs root and a mail server; runs by `make wires` alone.",
    "browser": "needs Chromium; runs by `make browser` alone.",
}
REDIS_DATABASES = 16  # what a server has unless told otherwise


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, args: list[str]
) -> Generator[None, object, object]:
    """Comes before pytest-django's hook of this name, which reads the settings."""
    early_config.addinivalue_line(
        "markers",
        "each_database: runs on PostgreSQL, and by `make test` on SQLite too.",
    )
    early_config.addinivalue_line(
        "markers",
        "only_on(vendor): is about what postgresql or sqlite alone has, or does.",
    )
    for name, words in ALONE.items():
        early_config.addinivalue_line("markers", f"{name}: {words}")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        os.environ["BROKER_URL"] = numbered(os.environ["BROKER_URL"], worker)
    elif not {"-h", "--help", "-V", "--version"} & set(args):
        early_config.add_cleanup(_provide())
    return (yield)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what another run has: of the other database, or one of ALONE."""
    there = (
        "sqlite" if os.environ["DATABASE_URL"].startswith("sqlite") else "postgresql"
    )
    asked = ALONE.keys() & {config.option.markexpr}
    elsewhere = [
        one
        for one in items
        if only_on(one) not in {None, there}
        or ALONE.keys() & {mark.name for mark in one.iter_markers()} != asked
    ]
    items[:] = [one for one in items if one not in elsewhere]
    config.hook.pytest_deselected(items=elsewhere)


def only_on(item: pytest.Item) -> str | None:
    """The database that a test is about; UsageError where no run would have it."""
    mark = item.get_closest_marker("only_on")
    if mark is None:
        return None
    vendor = str(mark.args[0])
    if vendor == "sqlite" and item.get_closest_marker("each_database") is None:
        raise pytest.UsageError(
            f"{item.nodeid} is for SQLite alone and not marked each_database: no run "
            "would have it."
        )
    if vendor not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"{item.nodeid}: only_on({vendor!r}) is no database.")
    return vendor


def numbered(url: str, worker: str) -> str:
    """The broker's address for one xdist worker: a Redis database of its own.

    Other brokers have no such number: their address is returned as it is.
    """
    number = 1 + int(worker.removeprefix("gw")) % (REDIS_DATABASES - 1)
    parts = urlsplit(url)
    if parts.scheme == "redis+socket":
        return f"redis+socket://{parts.path}?virtual_host={number}"
    if parts.scheme in {"redis", "rediss"}:
        return urlunsplit(parts._replace(path=f"/{number}"))
    return url


def _provide() -> Callable[[], None]:
    """Put the addresses into the environment; returns what stops the servers."""
    services = ExitStack()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # an orderly end too
    atexit.register(services.close)  # should pytest itself break; a second call is free
    folder = Path(tempfile.mkdtemp(prefix="notify-tests-", dir="/tmp"))
    services.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(ENVIRONMENT, VAR_DIR=str(folder / "var"))
    os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or _postgres(
        folder, services
    )
    os.environ["BROKER_URL"] = os.environ.get("TEST_BROKER_URL") or start_valkey(
        folder / "valkey", services
    )
    _check_reachable()
    return services.close


def _postgres(folder: Path, services: ExitStack) -> str:
    server = Postgres(folder / "postgres", folder / "postgres.log")
    server.start()
    services.callback(server.stop)
    return server.url


def _check_reachable() -> None:
    """A service that does not answer fails the run, in a sentence."""
    database, queue = os.environ["DATABASE_URL"], os.environ["BROKER_URL"]
    if database.startswith(("postgres", "pgsql", "psql")):
        uri = urlunsplit(urlsplit(database)._replace(scheme="postgresql", path=""))
        wait_for(
            f"PostgreSQL at {_without_password(database)} (TEST_DATABASE_URL)",
            lambda: psycopg.connect(uri, dbname="postgres", connect_timeout=5).close(),
        )
    if queue.startswith("redis"):
        client = redis.Redis.from_url(
            queue.replace("redis+socket://", "unix://").replace("virtual_host", "db")
        )
        wait_for(
            f"The broker at {_without_password(queue)} (TEST_BROKER_URL)",
            client.ping,
        )
        client.close()


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
