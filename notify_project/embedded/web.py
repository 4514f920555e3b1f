"""Gunicorn's settings for `make run` (`--config python:notify_project.embedded.web`).

https://gunicorn.org/reference/settings/. The process loads everything while the
database is still being prepared, and serves when it is: a browser that was quicker
waits in the port's queue instead of being refused.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Protocol

from notify_project.embedded.place import LOOPBACK, gate

GRACE_SECONDS = 8

bind = f"{LOOPBACK}:{os.environ.get('PORT', '8000')}"
# SQLite has one writer and memory is short: one process, and threads that wait.
workers = 1
worker_class = "gthread"
threads = 8
graceful_timeout = GRACE_SECONDS
control_socket_disable = True


class Worker(Protocol):
    """What we use of gunicorn's worker, which brings no types."""

    alive: bool

    def notify(self) -> None: ...


def post_worker_init(worker: Worker) -> None:
    """Gunicorn calls it when the application is loaded, before the first request."""
    opened = gate(Path(os.environ["VAR_DIR"]))
    while worker.alive and not opened.exists():
        worker.notify()  # the arbiter would take silence for a hang
        time.sleep(0.02)
