"""UUID version 7 (RFC 9562): public ids that sort by the time they were made."""

from __future__ import annotations

import os
import threading
import time
from datetime import datetime
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new id; within one process each is greater than the one before.

    48 bits of milliseconds, 12 bits of fractions that double as a counter, 62 random
    bits. Costs about two microseconds.
    """
    global _last
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    stamp = (milliseconds << 12) | (rest * 4096 // 1_000_000)
    with _lock:
        stamp = max(stamp, _last + 1)
        _last = stamp
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    high = (stamp >> 12) << 16 | 0x7 << 12 | (stamp & 0xFFF)
    return UUID(int=high << 64 | 0b10 << 62 | tail)


def first_of(moment: datetime) -> UUID:
    """The lowest id of this millisecond: rows made since then have this one or more."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=(milliseconds << 16 | 0x7 << 12) << 64 | 0b10 << 62)


def read_id(text: object) -> UUID | None:
    """The id that somebody wrote, in any spelling; None if it is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
