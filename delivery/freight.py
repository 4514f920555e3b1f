"""How many bytes of files one process carries at once, over all of its lanes.

Sixteen mails of 25 MB would be 400 MB, and more while they are written out. A message
with files takes its bytes before it is begun; when there is no room it waits, first
come, first served, and messages without files pass it.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from uuid import UUID

from django.conf import settings


class Freight:
    """The bytes that are out, and who waits for room."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._out = 0
        self._queue: list[Load] = []
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        """In bytes. What is larger than all of it goes alone."""
        return settings.FILES_IN_FLIGHT_BYTES if self._limit is None else self._limit

    def take(self, load: Load, size: int) -> bool:
        """Take room, unless there is none or another load came first."""
        with self._changed:
            first = self._queue[0] if self._queue else load
            if first is load and (not self._out or self._out + size <= self.limit):
                self._out += size
                self._leave(load)
                return True
            if load not in self._queue:
                self._queue.append(load)
            return False

    def give_back(self, load: Load, size: int, *, leave: bool = False) -> None:
        """Return room; `leave` also gives up a place in the queue."""
        with self._changed:
            self._out -= size
            if leave:
                self._leave(load)
            self._changed.notify_all()

    def wait(self, load: Load, seconds: float) -> bool:
        """Until room was given back; False, at once, if this load waits for none."""
        with self._changed:
            if load not in self._queue:
                return False
            self._changed.wait(seconds)
            return True

    def _leave(self, load: Load) -> None:
        if load in self._queue:
            self._queue.remove(load)


process = Freight()


class Load:
    """What one pump carries, by message."""

    def __init__(self, freight: Freight = process) -> None:
        self._freight = freight
        self._sizes: dict[UUID, int] = {}

    def take(self, message: UUID, size: int) -> bool:
        """Whether the message may be begun now; one without files always may."""
        if not size:
            return True
        taken = self._freight.take(self, size)
        if taken:
            self._sizes[message] = size
        return taken

    def put_down(self, messages: Collection[UUID]) -> None:
        """These hold no files any more."""
        size = sum(self._sizes.pop(one, 0) for one in messages)
        if size:
            self._freight.give_back(self, size)

    def put_down_all(self) -> None:
        """The pump ends, or waits for nothing any more."""
        size = sum(self._sizes.values())
        self._sizes.clear()
        self._freight.give_back(self, size, leave=True)

    def wait(self, seconds: float) -> bool:
        """If one was refused: until it is worth asking again, or the time is up."""
        return self._freight.wait(self, seconds)
