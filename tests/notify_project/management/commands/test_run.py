"""`make run`, from an empty folder to a mail in the mailbox, and what may go wrong."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from notify_project.embedded.place import free_port
from tests.architecture.source import ROOT

PATIENCE_SECONDS = 90
# What the tests themselves run on is not for the installation under test.
NOT_INHERITED = {"DATABASE_URL", "BROKER_URL", "EMBEDDED", "PUBLIC_URL"}
NOT_INHERITED |= {"ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "MAILBOX_PORT"}
NOT_INHERITED |= {"SECRET_KEY", "SEALING_KEYS", "SEARCH_KEY", "KEY_PEPPER"}


class Installation:
    """One folder in which `manage.py run` is started, looked at and stopped."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port(0)
        self.output = var.with_name("terminal.txt")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.until("it greets", lambda: "Ctrl-C stops" in self.said())
        assert "Not everything is well" not in self.said()

    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
        return inherited | {"VAR_DIR": str(self.var), "PORT": str(self.port)}

    def said(self) -> str:
        return self.output.read_text()

    def demo(self) -> dict[str, str]:
        values: dict[str, str] = json.loads((self.var / "demo.json").read_text())
        return values

    def mails(self) -> list[Path]:
        return sorted((self.var / "mailbox").glob("*.eml"))

    def send(self) -> tuple[int, dict[str, object]]:
        """What the printed line does, word by word, by Python's HTTP client."""
        [line] = [one for one in self.said().splitlines() if one.startswith("curl ")]
        words = shlex.split(line)
        headers = dict(
            words[at + 1].split(": ", 1)
            for at, word in enumerate(words)
            if word == "-H"
        )
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(
            "POST",
            "/notifysimple/email",
            body=words[words.index("-d") + 1],
            headers=headers,
        )
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body

    def takes_requests(self) -> bool:
        """False while a dying process still holds the port, or nobody does."""
        try:
            return self.health() == 200 and self.send()[0] == 202
        except (OSError, http.client.HTTPException):
            return False

    def health(self) -> int:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", "/health", headers={"Host": "localhost"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0

    def part(self, name: str) -> int:
        """The process id of a part; 0 when there is none."""
        assert self.process is not None
        found = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        pids = [row.split()[0] for row in found.stdout.splitlines() if name in row]
        return int(pids[0]) if pids else 0

    def processes(self) -> list[int]:
        """The supervisor, its parts, and what those have started."""
        assert self.process is not None
        found = subprocess.run(
            ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
        )
        parents = [[int(n) for n in row.split()] for row in found.stdout.splitlines()]
        ours = [self.process.pid]
        for one in ours:  # grows while it is walked
            ours += [pid for pid, parent in parents if parent == one]
        return ours

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(by)
        return self.process.wait(PATIENCE_SECONDS)

    def until(self, what: str, condition: Callable[[], object]) -> None:
        assert self.process is not None
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < give_up_at, f"Not so: {what}\n{self.said()}"
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)


@pytest.fixture
def installation() -> Iterator[Installation]:
    yield from _installation()


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """One that several tests look at: a start costs seconds."""
    for here in _installation():
        here.start()
        yield here


def _installation() -> Iterator[Installation]:
    # A short path: the broker's socket is in it.
    with tempfile.TemporaryDirectory(prefix="notify-run-", dir="/tmp") as folder:
        here = Installation(Path(folder) / "var")
        yield here
        if here.process is not None and here.process.poll() is None:
            here.stop(signal.SIGTERM)


def test_a_pasted_line_puts_a_mail_into_the_mailbox_twice_too(running):
    before = len(running.mails())

    first, second = running.send(), running.send()

    assert (first[0], second[0]) == (202, 202)
    assert first[1]["notifyId"] != second[1]["notifyId"]
    running.until("two mails came", lambda: len(running.mails()) == before + 2)
    assert b"Hello from Notify" in running.mails()[-1].read_bytes()
    assert running.health() == 200


def test_all_of_it_fits_into_500_mb_after_the_first_mail(running):
    """What is shared counts once: the sum of each process's proportional share."""
    before = len(running.mails())
    running.send()
    running.until("a mail came", lambda: len(running.mails()) > before)

    shares = {pid: _share_mb(pid) for pid in running.processes()}

    assert len(shares) >= 6, "the supervisor and its five parts"
    assert sum(shares.values()) <= 500, shares


def _share_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    [line] = [one for one in rollup.splitlines() if one.startswith("Pss:")]
    return int(line.split()[1]) / 1000


@pytest.mark.parametrize("name", ["gunicorn", "worker", "beat", "valkey", "mailbox"])
def test_a_part_that_dies_is_started_again(running, name):
    before, dead = len(running.mails()), running.part(name)
    assert dead, f"{name} is one of the parts"

    os.kill(dead, signal.SIGKILL)

    running.until(f"{name} is back", lambda: running.part(name) not in {0, dead})
    running.until("requests are taken", running.takes_requests)
    running.until("the mail came", lambda: len(running.mails()) > before)


def test_a_second_run_in_the_folder_is_told_so(running):
    second = subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env=running.environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode != 0
    assert "is running in this folder already" in second.stderr
    assert "Traceback" not in second.stderr


def test_the_web_log_holds_no_warning(running):
    assert "Warning" not in (running.var / "log" / "web.log").read_text()


def test_what_is_written_is_private(running):
    modes = {
        name: (running.var / name).stat().st_mode & 0o777
        for name in ("", "log", "demo.json", "secrets.env", "notify.db")
    }

    assert modes == {
        "": 0o700,
        "log": 0o700,
        "demo.json": 0o600,
        "secrets.env": 0o600,
        "notify.db": 0o600,
    }


def test_a_stop_loses_nothing_and_the_next_start_keeps_all(installation):
    installation.start()
    before = installation.demo()
    sent = [installation.send()[1]["notifyId"] for _ in range(20)]

    assert installation.stop() == 0
    installation.start()

    assert installation.demo() == before
    installation.until("all mails came", lambda: len(installation.mails()) >= 20)
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=30)
    headers = {"X-API-KEY": before["api_key"]}
    connection.request("GET", f"/notify/{sent[0]}", headers=headers)
    assert connection.getresponse().status == 200


def test_nothing_is_left_running_when_the_supervisor_is_killed(installation):
    installation.start()
    assert installation.process is not None
    names = ("gunicorn", "worker", "beat", "valkey", "mailbox")
    parts = [installation.part(name) for name in names]

    installation.process.kill()
    installation.process.wait()

    if sys.platform == "linux":
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while any(Path(f"/proc/{pid}").exists() for pid in parts):
            assert time.monotonic() < give_up_at, "a part outlived its supervisor"
            time.sleep(0.05)
    else:
        for pid in parts:  # this system ties no child to its parent
            os.kill(pid, signal.SIGTERM)
