"""A lane runs once at a time in a process, and hears each bell."""

from __future__ import annotations

import threading
import time

import pytest

from notify_project.queue import pumps
from notify_project.queue.pumps import Lane, Wake


@pytest.fixture(autouse=True)
def _not_stopping():
    pumps.stopping.clear()
    yield
    pumps.stopping.clear()


def test_a_bell_is_heard_once():
    wake = Wake()
    wake.ring()
    wake.ring()

    assert wake.heard()
    assert not wake.heard()


def test_a_lane_never_runs_twice_at_once():
    running, most, runs = [0], [0], [0]

    def pump(_name, wake, _stopping):
        wake.heard()
        running[0] += 1
        runs[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.05)
        running[0] -= 1

    lane = Lane("x", pump)
    threads = [threading.Thread(target=lane.run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert most == [1]
    assert 1 <= runs[0] <= 8


def test_no_bell_is_lost_between_a_last_look_and_the_end():
    """Whoever rings after work was stored gets a run that begins after that."""
    stored, seen = [0], [0]

    def pump(_name, wake, _stopping):
        while True:
            seen[0] = stored[0]
            if not wake.heard():
                return

    lane = Lane("x", pump)

    def ringer():
        for _ in range(300):
            stored[0] += 1
            lane.run()

    threads = [threading.Thread(target=ringer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert seen == stored


def test_a_pump_that_breaks_leaves_the_lane_free():
    runs = []

    def pump(_name, _wake, _stopping):
        runs.append(True)
        if len(runs) == 1:
            raise RuntimeError

    lane = Lane("x", pump)
    with pytest.raises(RuntimeError):
        lane.run()
    lane.run()

    assert len(runs) == 2


def test_a_stop_begins_nothing():
    runs = []
    lane = Lane("x", lambda *_: runs.append(True))
    pumps.stopping.set()
    lane.run()

    assert runs == []


def test_a_bell_of_another_version_is_ignored():
    pumps.run("carrier-pigeon")


@pytest.mark.django_db(transaction=True)
def test_a_step_that_fails_stops_no_other(monkeypatch):
    done = []

    def broken():
        raise RuntimeError

    steps = {"broken": broken, "well": lambda: done.append(True)}
    monkeypatch.setattr(pumps, "_sweeps", steps)
    pumps.sweep()

    assert done == [True]


@pytest.mark.django_db(transaction=True)
def test_several_sweepers_sweep_in_turn(monkeypatch):
    done = []
    monkeypatch.setattr(pumps, "_sweeps", {"x": lambda: done.append(True)})
    for holder in "abc":
        pumps.sweep_in_turn(holder)

    assert done == [True]


@pytest.mark.django_db(transaction=True)
def test_a_chore_is_done_by_one_and_when_it_is_due(monkeypatch):
    done = []
    monkeypatch.setattr(pumps, "_chores", {"x": (lambda: done.append(True), 60.0)})
    for holder in "abc":
        pumps.do_chores(holder)

    assert done == [True]
