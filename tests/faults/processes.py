"""Real workers, beats and brokers, which the tests of this folder kill."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
from django.db import connection

from notify_project.embedded import broker, lifeline

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
# Short, so that what a crash leaves is put right while the test waits.
FAST = {"LEASE_SECONDS": "3", "SWEEP_SECONDS": "0.5", "CACHE_SECONDS": "1"}


def database_url() -> str:
    """The test's own database, as a worker is told of it."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


class Process:
    """One process and its children, in a group of their own; ends with the test."""

    def __init__(self, words: list[str], log: Path, **environment: str) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                words,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=lifeline.tied_to_me(signal.SIGKILL),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        if self.running:
            os.killpg(self.pid, number)

    def children(self) -> list[int]:
        """The ids of the processes that it has started itself."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(one) for one in listed.read_text().split()]

    def kill(self) -> None:
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self, seconds: float = 40) -> int:
        """SIGTERM, as a deployment does; the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds: float) -> int:
        return self._process.wait(seconds)

    def said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")


class Stage:
    """Starts processes on the test's database and a broker, and ends what is left."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**FAST, **environment}
        self._started: list[Process] = []

    def worker(self, **environment: str) -> Process:
        options = ["-P", "threads", "--loglevel", "INFO"]
        return self._celery("worker", *options, **environment)

    def beat(self, **environment: str) -> Process:
        schedule = f"{self.folder}/beat{len(self._started)}"
        return self._celery("beat", "--pidfile=", "-s", schedule, **environment)

    def web(self, port: int, *, workers: int, **environment: str) -> Process:
        """Gunicorn as in production; it serves a second or two later."""
        bound = ["--config", "deploy/gunicorn_settings.py", "--bind", f"{HOST}:{port}"]
        words = [sys.executable, "-m", "gunicorn", "notify_project.wsgi", *bound]
        return self._start([*words, "--workers", str(workers)], **environment)

    def run(self, *words: str, **environment: str) -> Process:
        """A Python module of ours, as in `python -m`."""
        return self._start([sys.executable, "-m", *words], **environment)

    def _celery(self, *words: str, **environment: str) -> Process:
        host = f"--hostname=w{len(self._started)}@%h" if words[0] == "worker" else ""
        command = [sys.executable, "-m", "celery", "-A", "notify_project", *words]
        return self._start([*command, *filter(None, [host])], **environment)

    def _start(self, words: list[str], **environment: str) -> Process:
        log = self.folder / f"process{len(self._started)}.log"
        process = Process(words, log, **{**self.environment, **environment})
        self._started.append(process)
        return process

    def end(self) -> None:
        for process in self._started:
            process.kill()

    def logs(self) -> str:
        return "\n".join(one.said()[-3000:] for one in self._started)


class Broker:
    """A broker of the test's own, to be frozen, wiped and killed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self.url = broker.url(folder)
        self.start()

    def start(self) -> None:
        program = broker.binary()
        assert program is not None
        words = broker.command(program, self._folder, durable=False)
        self.process = Process(words, self._folder / "log")
        assert until(self._pings, 15)

    def wipe(self) -> None:
        with self._client() as client:
            client.flushall()

    def waiting(self) -> int:
        """How many bells wait in all queues together."""
        with self._client() as client:
            names = [one for one in client.scan_iter() if client.type(one) == b"list"]
            return sum(int(client.llen(one)) for one in names)

    def _pings(self) -> bool:
        try:
            with self._client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    @contextmanager
    def _client(self) -> Iterator[redis.Redis]:
        path = str(broker.socket_path(self._folder))
        client = redis.Redis(unix_socket_path=path, socket_timeout=2)
        try:
            yield client
        finally:
            client.close()


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def serves(port: int) -> bool:
    """Whether a web process answers there."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait until it is so, looking ten times a second."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if condition():
            return True
        time.sleep(0.1)
    return False
