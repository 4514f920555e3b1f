"""A step that must not be lost while the database restarts, fails over or is locked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from django.db import (
    InterfaceError,
    InternalError,
    OperationalError,
    close_old_connections,
)

# It will be back.
AWAY = (OperationalError, InterfaceError, InternalError)
# Once we are to stop, outcomes wait no longer for a database that is away; the leases
# and the sweeper's word (unknown) then hold.
_SAVE_SECONDS = 20.0
_PAUSE_SECONDS = 0.5

log = structlog.get_logger(__name__)


def insist(step: Callable[[], object], stopping: threading.Event) -> None:
    """Take the step, again and again while the database is away."""
    give_up: float | None = None
    while True:
        try:
            step()
            return
        except AWAY as error:
            if stopping.is_set() and give_up is None:
                give_up = time.monotonic() + _SAVE_SECONDS
            if give_up is not None and time.monotonic() > give_up:
                raise
            log.warning("outcomes_wait", error=type(error).__name__)
            close_old_connections()
            time.sleep(_PAUSE_SECONDS)
