"""Is the queue well? A worker lives, and nothing that is due waits for long."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from delivery.models import Chunk, Message
from delivery.states import Status
from notify_project.errors import Unavailable
from notify_project.queue import leases
from notify_project.queue.heartbeat import WORKER_PREFIX

# A lane that is only slow (a provider's rate) is not ill before this.
LATE = timedelta(minutes=10)


def check_queue() -> None:
    """Three indexed queries; raises Unavailable with the reason.

    A broker that is away is no reason: workers look for themselves.
    """
    if not leases.alive(WORKER_PREFIX):
        raise Unavailable(_("No worker is running: nothing is being sent."))
    late = Message.across_tenants().filter(
        state=Status.QUEUED, due_at__lt=Now() - LATE, hold_reason=""
    )
    chunks = Chunk.across_tenants().filter(state=Status.QUEUED, due_at__lt=Now() - LATE)
    if late.exists() or chunks.exists():
        raise Unavailable(_("Messages have been waiting for more than 10 minutes."))
