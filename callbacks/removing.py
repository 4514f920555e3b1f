"""Endpoints that were removed go for good, with all that they were told: in steps.

A removed endpoint is off and found by nobody at once. Its rows go a little later: the
transaction of a message that is just ending may have looked before, and still tell it
something, and a worker may still wait for an answer of it. Neither fails over that.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError
from django.db.models import Exists, OuterRef

from callbacks import forgetting
from callbacks.models import Callback, Endpoint
from notify_project.db import clock
from notify_project.queue.models import CLAIMED
from notify_project.queue.writing import writing

# Longer than any transaction lives that might tell it something.
GRACE = timedelta(minutes=10)
_STEP = 1000

log = structlog.get_logger(__name__)


def go_on() -> None:
    """One step: so many callbacks, then endpoints that none are left of."""
    told = Callback.across_tenants().filter(endpoint__removed_at__isnull=False)
    free = told.exclude(state=CLAIMED)
    if ids := list(free.values_list("id", flat=True)[:_STEP]):
        forgetting.delete(ids)
        return
    before = clock.now() - GRACE
    left = Exists(Callback.across_tenants().filter(endpoint=OuterRef("pk")))
    rows = Endpoint.across_tenants().filter(~left, removed_at__lt=before)
    ids = list(rows.values_list("id", flat=True)[:_STEP])
    if ids:
        _delete(ids)


def _delete(ids: list[UUID]) -> None:
    try:
        with writing():
            Endpoint.across_tenants().filter(id__in=ids).delete()
    except IntegrityError:
        # It was told something meanwhile: the next step deletes that first.
        log.info("endpoint_not_deleted_yet", count=len(ids))
