"""The Celery app: `celery -A notify_project worker`, `celery -A notify_project beat`.

It carries door-bells and runs beat; what it does is in notify_project/tasks.py. This
module is imported before Django is set up, so it knows no models.
"""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any

from celery import Celery, signals
from django.conf import settings
from kombu import Queue

from notify_project.observability import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notify_project.settings")

SWEEPS = "sweeps"

app = Celery("notify")
app.config_from_object("django.conf:settings", namespace="CELERY")
# A queue per lane, so that an operator may dedicate workers to one.
app.conf.task_queues = [
    Queue(name, routing_key=name) for name in (*settings.LANES, SWEEPS)
]
app.conf.task_default_queue = SWEEPS
app.conf.task_create_missing_queues = False
# A worker works without its broker, and takes bells again whenever that comes back.
app.conf.broker_connection_max_retries = None
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Celery would replace the handlers, and with them the redaction."""
    logs.configure()


@signals.beat_init.connect
def let_beat_stop(**_: Any) -> None:
    """Celery's own handler closes the broker's connection within the signal: it hangs
    for ever when the signal came in the middle of a bell, which holds that lock."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    """The bell is left, its locks are let go, and beat closes everything then."""
    raise SystemExit
