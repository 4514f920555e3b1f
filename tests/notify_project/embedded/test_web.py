"""The web process loads early and serves when the database is ready."""

from __future__ import annotations

import threading

import pytest

from notify_project.embedded import web
from notify_project.embedded.place import gate


class Serving:
    """Gunicorn's worker as far as the hook knows it."""

    def __init__(self):
        self.alive = True
        self.notified = threading.Event()

    def notify(self):
        self.notified.set()


@pytest.fixture
def var(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    return tmp_path


def test_it_waits_for_the_gate_and_stays_in_touch_meanwhile(var):
    worker = Serving()
    waiting = threading.Thread(target=web.post_worker_init, args=(worker,))
    waiting.start()

    assert worker.notified.wait(30)
    assert waiting.is_alive()

    gate(var).touch()
    waiting.join(30)
    assert not waiting.is_alive()


def test_an_open_gate_holds_nobody(var):
    gate(var).touch()

    web.post_worker_init(Serving())


def test_a_worker_that_is_told_to_end_does_not_wait(var):
    worker = Serving()
    worker.alive = False

    web.post_worker_init(worker)
