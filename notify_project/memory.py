"""What a process that runs for long does with its memory.

Large blocks go back to the system as soon as they are freed: glibc learns from them to
keep them, so after one mail of 25 MB a worker's threads would each keep what they
freed, and a burst would weigh half as much again.

What a process has loaded when it begins to serve is not looked through for litter any
more: 170,000 objects, and all threads stood still for 100 to 200 ms each time.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h; setting it ends the learning
_LARGE = 1_000_000


def give_back_large_blocks() -> None:
    """For the rest of this process; where the C library is another, nothing happens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


def settle() -> None:
    """Call it once, when all is loaded; costs about 0.2 s. What becomes litter of what
    is there now will stay."""
    gc.collect()
    gc.freeze()
