"""A shelf of things that were costly to make, bounded by what they weigh."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """Keeps the most recently used values up to `limit` bytes; threads may share it.

    A value that alone weighs more than an eighth of the limit is not kept: one huge
    template does not push out everybody else's.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._weight = 0
        self._items: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value, now the most recent, or None."""
        with self._lock:
            found = self._items.get(key)
            if found is None:
                return None
            self._items.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V, *, weight: int) -> None:
        """Keep `value`, and let the oldest go where it gets too heavy."""
        if weight > self._limit // 8:
            return
        with self._lock:
            _value, replaced = self._items.pop(key, (None, 0))
            self._items[key] = (value, weight)
            self._weight += weight - replaced
            while self._weight > self._limit:
                _key, (_value, dropped) = self._items.popitem(last=False)
                self._weight -= dropped

    def __len__(self) -> int:
        return len(self._items)
