"""Where a bench takes place: a database, a broker, and the processes that it starts."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection

from delivery.models import Message
from notify_project.queue import leases
from notify_project.queue.heartbeat import WORKER_PREFIX
from tests.bench.client import Connection
from tests.faults.processes import Process, until

# Two web processes: what deploy/gunicorn_settings.py has, and says of WEB_PROCESSES.
WEB = {"WEB_PROCESSES": "2"}
_SECONDS_TO_START = 60.0


@dataclass(frozen=True)
class Stub:
    """The provider's ports."""

    texts: int
    mail: int

    def arrivals(self) -> dict[str, float]:
        """When each message came that came since the last look."""
        line = Connection(self.texts, {})
        _status, body = line.get("/arrivals")
        line.close()
        found: dict[str, float] = json.loads(body)
        return found


@dataclass
class Ground:
    """Starts processes on one database and one broker; `folder` holds their logs."""

    folder: Path
    database_url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def running(self, name: str, *words: str, **environment: str) -> Iterator[Process]:
        """A Python process of ours; it is asked to end, and killed if it does not."""
        log = self.folder / f"{next(self._numbers)}-{name}.log"
        given = {**self.environment, **environment}
        process = Process([sys.executable, *words], log, **given)
        try:
            yield process
        finally:
            with suppress(Exception):
                process.stop()
            process.kill()

    @contextmanager
    def web(
        self, application: str = "notify_project.wsgi", **environment: str
    ) -> Iterator[tuple[Process, int]]:
        """Gunicorn as in production, and its port."""
        port = free_port()
        words = ["-m", "gunicorn", application]
        words += ["--config", "deploy/gunicorn_settings.py"]
        words += ["--bind", f"127.0.0.1:{port}"]
        with self.running("web", *words, **WEB, **environment) as process:
            _wait(lambda: _answers(port), process)
            yield process, port

    @contextmanager
    def worker(self, *, wait: bool = True, **environment: str) -> Iterator[Process]:
        """What `make worker` starts; it has looked at the queue once."""
        words = ["-m", "celery", "-A", "notify_project", "worker"]
        words += ["-P", "threads", "--loglevel=INFO"]
        with self.running("worker", *words, **environment) as process:
            _wait(lambda: leases.alive(WORKER_PREFIX) and _is_ready(process), process)
            yield process

    @contextmanager
    def beat(self) -> Iterator[Process]:
        schedule = str(self.folder / f"beat{next(self._numbers)}")
        words = ["-m", "celery", "-A", "notify_project", "beat", "--pidfile="]
        with self.running("beat", *words, "--schedule", schedule) as process:
            yield process

    @contextmanager
    def stub(self, delay_ms: int) -> Iterator[Stub]:
        words = ["-m", "tests.bench.stub", str(delay_ms)]
        with self.running("stub", *words) as process:
            _wait(lambda: "\n" in process.said(), process)
            yield Stub(**json.loads(process.said()))

    def report(self, name: str, *words: str, **environment: str) -> Any:
        """Run a process to its end; what its last line says, as JSON."""
        with self.running(name, *words, **environment) as process:
            code = process.wait(600)
            said = process.said()
        if code:
            raise RuntimeError(f"{name} ended with {code}:\n{said[-3000:]}")
        return json.loads(said.strip().splitlines()[-1])

    def another_database(self, name: str) -> str:
        """A new, empty database on the same server; its URL."""
        with psycopg.connect(self.database_url, autocommit=True) as asked:
            asked.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            asked.execute(f'CREATE DATABASE "{name}"')
        return self.beside(name)

    def beside(self, name: str) -> str:
        """The URL of another database on the same server."""
        return urlunsplit(urlsplit(self.database_url)._replace(path=f"/{name}"))

    def databases(self) -> set[str]:
        """The names of all on the server."""
        with psycopg.connect(self.database_url) as asked:
            return {
                name for (name,) in asked.execute("SELECT datname FROM pg_database")
            }

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as asked:
            asked.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def migrate(self, **environment: str) -> None:
        words = ["manage.py", "migrate", "--verbosity=0"]
        with self.running("migrate", *words, **environment) as process:
            if process.wait(300):
                raise RuntimeError(f"migrate failed:\n{process.said()[-3000:]}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
        return number


def memory_mb(process: Process) -> float:
    """What a process and its children hold (RSS, shared pages counted for each)."""
    pages = 0
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError, ProcessLookupError):
            if os.getpgid(int(entry.name)) == process.pid:
                pages += int((entry / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def waiting() -> int:
    """How many messages have not ended."""
    open_ones = Message.across_tenants().filter(
        state__in=("queued", "claimed", "sending", "unknown")
    )
    return open_ones.count()


def forget_all() -> None:
    """Empty the tables that grow, so that each round begins with the same."""
    tables = ("delivery_notification", "events_fingerprint")
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def _is_ready(process: Process) -> bool:
    return "ready." in process.said() or "worker" in process.said()


def _answers(port: int) -> bool:
    try:
        line = Connection(port, {})
        status, _body = line.get("/health/live")
        line.close()
    except OSError:
        return False
    return status < 500


def _wait(condition: Any, process: Process) -> None:
    well = until(lambda: condition() or not process.running, _SECONDS_TO_START)
    if not (well and process.running):
        raise RuntimeError(f"A process did not start:\n{process.said()[-3000:]}")


def lanes() -> tuple[str, ...]:
    return tuple(settings.LANES)
