"""A part that loads early does not touch the database before it is prepared."""

from __future__ import annotations

import threading

import pytest

from notify_project.embedded import waiting
from notify_project.embedded.waiting import wait_at_the_gate


def test_who_was_told_of_a_gate_waits_for_it(tmp_path, monkeypatch):
    gate, asked = tmp_path / "prepared", threading.Event()
    monkeypatch.setenv(waiting.VARIABLE, str(gate))
    thread = threading.Thread(target=wait_at_the_gate, args=(asked.set,))
    thread.start()

    assert asked.wait(30)
    assert thread.is_alive()

    gate.touch()
    thread.join(30)
    assert not thread.is_alive()


def test_who_was_told_of_none_waits_for_nothing(monkeypatch):
    monkeypatch.delenv(waiting.VARIABLE, raising=False)

    wait_at_the_gate(pytest.fail)


def test_who_is_to_stop_meanwhile_stops(tmp_path, monkeypatch):
    monkeypatch.setenv(waiting.VARIABLE, str(tmp_path / "prepared"))

    def told_to_stop():
        raise SystemExit(0)

    with pytest.raises(SystemExit):
        wait_at_the_gate(told_to_stop)
