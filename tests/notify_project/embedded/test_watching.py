"""A part that dies is started again; one that is told to stop ends in time."""

from __future__ import annotations

import signal
import sys
import time

from notify_project.embedded.parts import Part
from notify_project.embedded.watching import Watched, rotate

SLEEPS = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(600)",
]


def _watched(tmp_path, command, **options):
    said: list[str] = []
    part = Part("part", command, **options)
    return Watched(part, tmp_path, {"COLOUR": "blue"}, said.append), said


def _until(condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come")


def test_a_part_that_dies_is_started_again_and_it_is_said(tmp_path):
    watched, said = _watched(tmp_path, [sys.executable, "-c", "print('up'); exit(3)"])
    watched.start()

    def came_back():
        watched.look()
        return watched.log.read_text().count("up") >= 2

    _until(came_back)

    assert "part ended (exit 3); starting it again in 0.5 s" in said[0]
    assert str(watched.log) in said[0]


def test_each_death_soon_after_the_last_waits_twice_as_long(tmp_path):
    watched, said = _watched(tmp_path, [sys.executable, "-c", "exit(3)"])
    watched.start()

    def died_twice():
        watched.look()
        return len(said) == 2

    _until(died_twice)

    assert "in 0.5 s" in said[0]
    assert "in 1 s" in said[1]


def test_a_killed_part_is_told_by_its_signal(tmp_path):
    watched, said = _watched(tmp_path, ["sh", "-c", "kill -9 $$"])
    watched.start()
    _until(lambda: not watched.running)

    watched.look()

    assert "SIGKILL" in said[0]


def test_a_part_is_asked_to_end_and_given_time(tmp_path):
    watched, said = _watched(tmp_path, SLEEPS)
    watched.start()

    watched.stop(hurry=lambda: False)

    assert not watched.running
    assert said == []


def test_a_part_that_will_not_end_is_ended(tmp_path):
    watched, said = _watched(tmp_path, DEAF, grace_seconds=0.2)
    watched.start()
    _until(lambda: "up" in watched.log.read_text())

    watched.stop(hurry=lambda: False)

    assert not watched.running
    assert "does not end by itself" in said[0]


def test_a_second_signal_ends_the_waiting(tmp_path):
    watched, _said = _watched(tmp_path, DEAF, grace_seconds=600)
    watched.start()
    _until(lambda: "up" in watched.log.read_text())

    watched.stop(hurry=lambda: True)

    assert not watched.running


def test_a_part_gets_what_it_needs_to_know(tmp_path):
    command = [sys.executable, "-c", "import os; print(os.environ['COLOUR'])"]
    watched, _said = _watched(tmp_path, command)

    watched.start()

    _until(lambda: "blue" in watched.log.read_text())


def test_the_terminal_s_ctrl_c_reaches_the_watcher_alone(tmp_path):
    """The part is in a session of its own: the terminal does not signal it."""
    command = [sys.executable, "-c", "import os; print(os.getsid(0) == os.getpid())"]
    watched, _said = _watched(tmp_path, command, stop_signal=signal.SIGTERM)

    watched.start()

    _until(lambda: "True" in watched.log.read_text())


def test_old_logs_move_aside_and_the_oldest_goes(tmp_path):
    log = tmp_path / "web.log"
    for start in range(6):
        log.write_text(f"start {start}")
        rotate(log)

    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}

    assert kept == {
        "web.log.1": "start 5",
        "web.log.2": "start 4",
        "web.log.3": "start 3",
    }
