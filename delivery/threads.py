"""The threads in which one lane's calls are made."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import structlog

from delivery import calling
from delivery.calling import Call
from delivery.outcomes import Kind, Outcome
from delivery.seats import total_of

log = structlog.get_logger(__name__)


class Threads:
    """As many as the lane's window, and a reserve.

    The reserve is for accounts with few calls in flight, while another one's slow calls
    keep all the others busy.
    """

    def __init__(self, window: int, name: str) -> None:
        self._window = window
        self._main = ThreadPoolExecutor(window, name)
        reserve = total_of(window) - window
        self._reserve = ThreadPoolExecutor(max(1, reserve), f"{name}-reserve")
        self._in_main: set[Future[Outcome]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._main.shutdown()
        self._reserve.shutdown()

    def start(self, order: Call, *, few: bool) -> Future[Outcome]:
        """Make the call as soon as a thread is free; `few`: also one of the reserve."""
        self._in_main = {one for one in self._in_main if not one.done()}
        if few and len(self._in_main) >= self._window:
            return self._reserve.submit(calling.call, order)
        call = self._main.submit(calling.call, order)
        self._in_main.add(call)
        return call


def outcome_of(call: Future[Outcome]) -> Outcome:
    """What the call brought; a thread that broke leaves it unknown."""
    error = call.exception()
    if error is None:
        return call.result()
    log.error("call_broke", error=type(error).__name__)
    return Outcome(Kind.UNKNOWN, code="unclassified", detail=type(error).__name__)
