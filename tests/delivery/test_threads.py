"""A window of threads, and a reserve for who has few calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from delivery.calling import Call
from delivery.outcomes import Kind
from delivery.threads import Threads, outcome_of
from providers.base import Accepted


class Adapter:
    def __init__(self, send: Callable[[], None]) -> None:
        self._send = send

    def send(self, payload: object) -> Accepted:
        self._send()
        return Accepted()


def order(send: Callable[[], None] = lambda: None) -> Call:
    adapter: Any = Adapter(send)
    return Call(uuid4(), uuid4(), adapter, object(), time.monotonic())


def test_a_few_calls_find_a_thread_while_others_keep_the_window_busy():
    end = threading.Event()
    with Threads(4, "test") as threads:
        slow = [threads.start(order(end.wait), few=False) for _ in range(4)]
        quick = threads.start(order(), few=True)

        assert quick.result(10).kind == Kind.ACCEPTED
        assert not any(one.done() for one in slow)
        end.set()
    assert {one.result(10).kind for one in slow} == {Kind.ACCEPTED}


def test_who_has_many_waits_for_the_window():
    end = threading.Event()
    with Threads(4, "test") as threads:
        for _ in range(4):
            threads.start(order(end.wait), few=False)
        one_more = threads.start(order(), few=False)

        assert not one_more.done()
        end.set()
    assert one_more.result(10).kind == Kind.ACCEPTED


def test_a_thread_that_broke_leaves_the_outcome_unknown(monkeypatch):
    monkeypatch.setattr("delivery.calling._called", lambda _order: 1 / 0)
    with Threads(1, "test") as threads:
        broken = threads.start(order(), few=False)

    assert outcome_of(broken).kind == Kind.UNKNOWN
    assert outcome_of(broken).detail == "ZeroDivisionError"
