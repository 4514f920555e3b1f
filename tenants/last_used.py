"""Notes when a key was last used: at most once a minute, after the answer has left."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from uuid import UUID

from django.core.signals import request_finished
from django.db import DatabaseError
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from notify_project.remembering import Memory
from tenants.models import ApiKey

WRITE_EVERY_SECONDS = 60.0
log = logging.getLogger(__name__)
_noted: Memory[UUID, bool] = Memory(size=10_000, seconds=lambda: WRITE_EVERY_SECONDS)
# By thread: a request's own thread writes what that request noted.
_waiting = threading.local()


def note(key_id: UUID) -> None:
    """Remember the use; costs no query. It is written when the request has ended."""
    if _noted.get(key_id) is None:
        _noted.put(key_id, True)
        _waiting.key_id = key_id


def forget() -> None:
    """As if this thread had noted nothing: between tests."""
    _waiting.key_id = None


@receiver(request_finished, dispatch_uid="tenants.last_used")
def write(**_signal: object) -> None:
    """One UPDATE if this thread has noted a key; the row itself keeps the pace."""
    key_id: UUID | None = getattr(_waiting, "key_id", None)
    if key_id is None:
        return
    _waiting.key_id = None
    now = timezone.now()
    due = Q(last_used_at__isnull=True) | Q(
        last_used_at__lt=now - timedelta(seconds=WRITE_EVERY_SECONDS)
    )
    try:
        # By id: this key was verified, so the tenant is known to be its own.
        ApiKey.across_tenants().filter(due, pk=key_id).update(last_used_at=now)
    except DatabaseError:
        # The answer is out; a missed minute of "last used" must not break anything.
        log.warning("last use of a key was not noted", extra={"key_id": str(key_id)})
