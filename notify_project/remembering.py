"""Short-lived memory of one process: bounded in time and number, safe among threads.

Each process forgets for itself, so what is remembered may be as old as the memory's
seconds: settings.CACHE_SECONDS is the longest that a revoked key still works.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_all: weakref.WeakSet[Memory[Hashable, object]] = weakref.WeakSet()


class Memory(Generic[K, V]):
    """At most `size` values, each for `seconds()`; the longest unused goes first."""

    def __init__(
        self,
        *,
        size: int,
        seconds: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size = size
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._values: OrderedDict[K, tuple[float, V]] = OrderedDict()
        _all.add(self)  # type: ignore[arg-type]  # the set only forgets

    def get(self, key: K) -> V | None:
        """The value, or None if it was never put, is too old or had to go."""
        with self._lock:
            entry = self._values.get(key)
            if entry is None:
                return None
            put_at, value = entry
            if self._clock() - put_at >= self._seconds():
                del self._values[key]
                return None
            self._values.move_to_end(key)
            return value

    def put(self, key: K, value: V) -> None:
        """Remember from now."""
        with self._lock:
            self._values[key] = (self._clock(), value)
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)

    def forget(self, key: K) -> None:
        """As if it had never been put."""
        with self._lock:
            self._values.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


def forget_everything() -> None:
    """Empty all memories of this process: between tests, after a restore."""
    for memory in list(_all):
        memory.clear()
