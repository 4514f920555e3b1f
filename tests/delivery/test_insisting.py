"""While the database is away, what must not be lost is tried again."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from delivery import insisting
from delivery.insisting import insist


@pytest.fixture(autouse=True)
def _quickly(monkeypatch):
    monkeypatch.setattr(insisting, "_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(insisting, "close_old_connections", lambda: None)


def failing(times: int, error: type[Exception] = OperationalError):
    calls: list[int] = []

    def step() -> None:
        calls.append(1)
        if len(calls) <= times:
            raise error

    return step, calls


def test_a_step_is_taken_until_it_succeeds():
    step, calls = failing(5)
    insist(step, threading.Event())

    assert len(calls) == 6


def test_a_defect_of_ours_is_not_waited_out():
    step, calls = failing(5, KeyError)
    with pytest.raises(KeyError):
        insist(step, threading.Event())

    assert len(calls) == 1


def test_who_is_to_stop_gives_up_after_a_while(monkeypatch):
    monkeypatch.setattr(insisting, "_SAVE_SECONDS", 0.05)
    stopping = threading.Event()
    stopping.set()
    step, calls = failing(1_000_000)
    with pytest.raises(OperationalError):
        insist(step, stopping)

    assert len(calls) > 1
