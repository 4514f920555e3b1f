"""ring(lane) never raises, never waits, and rings again after a break."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from django.db import transaction

from notify_project import tasks
from notify_project.celery import app
from notify_project.embedded import broker
from notify_project.queue import bell as module
from notify_project.queue.bell import Bell, ring

SLOWEST_SECONDS = 0.25  # microseconds in truth; this machine may be busy


def _until(condition, seconds: float = 15.0) -> bool:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.django_db(transaction=True)
class TestRing:
    def test_it_rings_after_the_commit(self, monkeypatch):
        rung = []
        monkeypatch.setattr(module.bell, "touch", rung.append)
        with transaction.atomic():
            ring("email-hi")
            assert rung == []

        assert rung == ["email-hi"]

    def test_a_rollback_rings_nothing(self, monkeypatch):
        rung = []
        monkeypatch.setattr(module.bell, "touch", rung.append)
        with transaction.atomic():
            ring("email-hi")
            transaction.set_rollback(True)

        assert rung == []

    def test_a_bell_that_breaks_does_not_break_the_request(self, monkeypatch):
        def broken(lane):
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(module.bell, "touch", broken)
        with transaction.atomic():
            ring("email-hi")
        ring("email-hi")


def test_bells_of_one_lane_are_one_bell():
    rung = []
    bell = Bell(rung.append)
    for _ in range(1000):
        bell.touch("sms-bulk")
    assert _until(lambda: rung)
    time.sleep(0.2)

    assert len(rung) < 10


def test_a_dead_broker_is_left_alone_for_a_while(monkeypatch):
    calls = []

    def refused(lane):
        calls.append(lane)
        raise ConnectionRefusedError

    bell = Bell(refused)
    bell.touch("sms-bulk")
    assert _until(lambda: calls)
    for _ in range(5):
        bell.touch("sms-bulk")
        time.sleep(0.06)

    assert len(calls) == 1


def test_after_the_break_it_rings_again(monkeypatch):
    monkeypatch.setattr(module, "_BREAK_SECONDS", 0.2)
    rung, failures = [], [ConnectionRefusedError()]

    def publish(lane):
        if failures:
            raise failures.pop()
        rung.append(lane)

    bell = Bell(publish)
    bell.touch("sms-bulk")
    assert _until(lambda: not failures)
    time.sleep(0.3)
    bell.touch("sms-bulk")

    assert _until(lambda: rung)


def test_a_fork_has_a_bell_of_its_own():
    """Its parent's thread is not there, and the parent's lock may be held for ever."""
    module.bell.touch("nobody-listens")
    read, write = os.pipe()
    child = os.fork()
    if not child:
        module.bell.publish = lambda lane: os.write(write, lane.encode()) and None
        module.bell.touch("sms-hi")
        time.sleep(5)
        os._exit(0)
    try:
        os.close(write)
        assert os.read(read, 100) == b"sms-hi"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(read)


@contextmanager
def _server(folder) -> Iterator[subprocess.Popen[bytes]]:
    program = broker.binary()
    assert program is not None
    folder.mkdir(mode=0o700, exist_ok=True)
    words = broker.command(program, folder, durable=False)
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    client = redis.Redis(unix_socket_path=str(broker.socket_path(folder)))
    try:
        assert _until(lambda: _pings(client))
        yield process
    finally:
        client.close()
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def _pings(client) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def ringer(tmp_path, monkeypatch):
    """Our bell, ringing at a broker of its own."""
    folder = tmp_path / "broker"
    monkeypatch.setattr(app.conf, "broker_write_url", broker.url(folder))
    monkeypatch.setattr(module, "_BREAK_SECONDS", 0.5)
    return folder, Bell(tasks.Ringer())


def _rings(bell: Bell, folder) -> bool:
    """Whether a bell arrives at the broker."""
    client = redis.Redis(unix_socket_path=str(broker.socket_path(folder)))
    client.delete("sms-bulk")

    def arrived() -> bool:
        bell.touch("sms-bulk")
        time.sleep(0.1)
        return bool(client.llen("sms-bulk"))

    try:
        return _until(arrived)
    finally:
        client.close()


def _slowest(bell: Bell, count: int = 200) -> float:
    slowest = 0.0
    for _ in range(count):
        started = time.monotonic()
        bell.touch("sms-bulk")
        slowest = max(slowest, time.monotonic() - started)
        time.sleep(0.005)
    return slowest


def test_a_frozen_broker_delays_nobody_and_rings_again_when_it_thaws(ringer):
    folder, bell = ringer
    with _server(folder) as process:
        assert _rings(bell, folder)
        process.send_signal(signal.SIGSTOP)
        assert _slowest(bell) < SLOWEST_SECONDS
        process.send_signal(signal.SIGCONT)

        assert _rings(bell, folder)


def test_a_broker_that_dies_and_comes_back_empty_is_rung_again(ringer):
    folder, bell = ringer
    with _server(folder):
        assert _rings(bell, folder)
    assert _slowest(bell) < SLOWEST_SECONDS
    with _server(folder):
        assert _rings(bell, folder)


def test_a_process_that_starts_while_the_broker_is_away_is_not_delayed(ringer):
    folder, bell = ringer

    assert _slowest(bell, 50) < SLOWEST_SECONDS
    with _server(folder):
        assert _rings(bell, folder)


def test_a_frozen_broker_answers_a_publisher_within_seconds(ringer):
    folder, _bell = ringer
    publish = tasks.Ringer()
    with _server(folder) as process:
        publish("sms-bulk")
        process.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        with pytest.raises(Exception, match=r".*"):
            publish("sms-bulk")

        assert time.monotonic() - started < 6
