"""Large blocks of memory go back to the system as soon as they are freed.

glibc learns from large blocks to keep them: after one mail of 25 MB a worker's threads
would each keep what they freed, and a burst would weigh half as much again.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h; setting it ends the learning
_LARGE = 1_000_000


def give_back_large_blocks() -> None:
    """For the rest of this process; where the C library is another, nothing happens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
