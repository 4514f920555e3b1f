"""A worker looks for itself; on SQLite there is one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.db import connection

from notify_project.queue import heartbeat, leases, pumps
from notify_project.queue.fleet import Fleet
from notify_project.queue.heartbeat import Heartbeat, SecondWorker
from notify_project.queue.pumps import Lane

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture(autouse=True)
def _quick(monkeypatch, settings):
    settings.WORKER_LANES = ("x",)
    monkeypatch.setattr(heartbeat, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(heartbeat, "_QUIET_SECONDS", 0.2)
    monkeypatch.setattr(pumps, "_lanes", {})
    monkeypatch.setattr(pumps, "_sweeps", {})
    monkeypatch.setattr(pumps, "_waiting", {"x": lambda: ["x"]})
    pumps.stopping.clear()
    yield
    pumps.stopping.clear()


def _until(condition, seconds=10.0):
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at and not condition():
        time.sleep(0.02)
    return condition()


def test_it_pumps_and_sweeps_though_no_bell_rings(monkeypatch):
    pumped, swept = [], []
    lane = Lane("x", lambda *_: pumped.append(True))
    monkeypatch.setattr(pumps, "_lanes", {"x": lane})
    monkeypatch.setattr(pumps, "_sweeps", {"s": lambda: swept.append(True)})
    beat = Heartbeat()
    beat.start()
    try:
        assert _until(lambda: len(pumped) > 1)
        assert _until(lambda: swept)
        assert leases.alive(heartbeat.WORKER_PREFIX) == 1
    finally:
        beat.stop()

    assert leases.alive(heartbeat.WORKER_PREFIX) == 0, "it said goodbye"


def test_it_looks_who_else_works_its_lanes(settings, monkeypatch):
    settings.WORKER_LANES = ("sms-hi", "jobs")
    monkeypatch.setattr(heartbeat, "fleet", found := Fleet())
    monkeypatch.setattr(heartbeat, "_LOOK_ROUND_SECONDS", 0.1)
    if connection.vendor == "sqlite":
        return
    beat = Heartbeat()
    beat.start()
    try:
        assert found.of("sms").size == 1
        leases.acquire("worker:other:1:x/email,sms", "other:1:x", seconds=60)
        assert _until(lambda: found.of("sms").size == 2)
        assert found.of("email").size == 1, "it does not work that itself"
    finally:
        beat.stop()


def test_a_lane_with_nothing_due_is_left_alone(monkeypatch):
    pumped, looked = [], []
    lane = Lane("x", lambda *_: pumped.append(True))
    monkeypatch.setattr(pumps, "_lanes", {"x": lane})
    monkeypatch.setattr(pumps, "_waiting", {"x": lambda: looked.append(True) or []})
    beat = Heartbeat()
    beat.start()
    try:
        assert _until(lambda: len(looked) > 5)
    finally:
        beat.stop()

    assert pumped == []


def test_a_slow_lane_does_not_stop_the_heart(monkeypatch):
    monkeypatch.setattr(pumps, "_lanes", {"x": Lane("x", lambda *_: time.sleep(1))})
    beat = Heartbeat()
    beat.start()
    try:
        swept = []
        monkeypatch.setattr(pumps, "sweep_in_turn", lambda holder: swept.append(holder))
        assert _until(lambda: len(swept) > 3, 5)
    finally:
        beat.stop()


def test_a_stop_waits_for_the_calls_that_run(monkeypatch):
    began, ended = [], []

    def pump(_name, wake, _stopping):
        wake.heard()
        began.append(True)
        time.sleep(0.5)
        ended.append(True)

    monkeypatch.setattr(pumps, "_lanes", {"x": Lane("x", pump)})
    beat = Heartbeat()
    beat.start()
    try:
        assert _until(lambda: began)
    finally:
        beat.stop()

    assert ended


def test_a_second_worker_is_refused_on_one_file_and_welcome_elsewhere():
    first, second = Heartbeat(), Heartbeat()
    first.start()
    try:
        if connection.vendor == "sqlite":
            with pytest.raises(SecondWorker, match="SQLite has one writer"):
                second.start()
        else:
            second.start()
            assert leases.alive(heartbeat.WORKER_PREFIX) == 2
    finally:
        second.stop()
        first.stop()


@pytest.fixture
def gone():
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_worker_of_this_host_that_was_killed_is_replaced_at_once(gone, monkeypatch):
    monkeypatch.setattr(Heartbeat, "lease", heartbeat.SQLITE_WORKER)
    dead = f"{socket.gethostname()[:40]}:{gone}:0"
    leases.acquire(heartbeat.SQLITE_WORKER, dead, seconds=60)
    beat = Heartbeat()
    beat.start()
    try:
        assert leases.holder_of(heartbeat.SQLITE_WORKER) == beat.holder
    finally:
        beat.stop()


@pytest.mark.parametrize(
    "holder",
    ["elsewhere:1:0", "odd", pytest.param(f"host:{os.getpid()}:0", id="lives")],
)
def test_one_of_whom_nothing_is_known_is_waited_for(holder, monkeypatch):
    monkeypatch.setattr(Heartbeat, "lease", heartbeat.SQLITE_WORKER)
    monkeypatch.setattr(heartbeat, "_host", lambda: "host")
    leases.acquire(heartbeat.SQLITE_WORKER, holder, seconds=60)

    with pytest.raises(SecondWorker):
        Heartbeat().start()


def test_a_worker_that_slept_and_was_replaced_ends_itself(monkeypatch):
    monkeypatch.setattr(Heartbeat, "lease", heartbeat.SQLITE_WORKER)
    killed = []
    monkeypatch.setattr(heartbeat.os, "kill", lambda pid, how: killed.append(how))
    beat = Heartbeat()
    leases.acquire(heartbeat.SQLITE_WORKER, "another", seconds=60)
    beat._tick()

    assert killed == [signal.SIGTERM]
    assert pumps.stopping.is_set()
