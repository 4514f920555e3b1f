"""Children that never outlive their parent, whatever ends it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tied_to_me(at_my_death: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends the child `at_my_death` when this process ends.

    Even `kill -9` of the parent leaves no orphan. Linux only: elsewhere the result
    does nothing, and an orderly stop is all there is. Call it in the main thread,
    since the kernel watches the thread that forked.
    """
    if sys.platform != "linux":
        return _nothing
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # loaded before the fork
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, at_my_death)
        if os.getppid() != parent:  # it died between the fork and this line
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def _nothing() -> None:
    """Other systems have no such call."""
