"""What tenants were told is deleted with the content that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import ceil
from uuid import UUID

from django.db.models import F, QuerySet

from callbacks import schedule
from callbacks.models import Callback, RetrySchedule
from notify_project.db import clock
from notify_project.queue.models import CLAIMED
from notify_project.queue.writing import writing
from tenants.models import Tenant

EVERY_SECONDS = 3600.0
_CHUNK = 1000
_CHUNKS_A_RUN = 100  # for one tenant; the rest waits for the next hour


def forget_old() -> None:
    """Delete what is older than a tenant keeps content, in chunks.

    Nothing is deleted while its schedule may still go on.
    """
    now = clock.now()
    for tenant in Tenant.objects.order_by("id").iterator():
        own = RetrySchedule.of([tenant.id]).get(tenant.id, schedule.SCHEDULE)
        days = max(tenant.content_retention_days, _days(own))
        old = Callback.for_tenant(tenant).filter(
            created_at__lt=now - timedelta(days=days)
        )
        old = old.exclude(state=CLAIMED)
        for _ in range(_CHUNKS_A_RUN):
            ids = list(old.order_by("created_at").values_list("id", flat=True)[:_CHUNK])
            if not ids:
                break
            delete(ids)


def _days(tries_at: Sequence[float]) -> int:
    return ceil(schedule.longest(tries_at) / timedelta(days=1))


def forget(subjects: Iterable[UUID]) -> None:
    """Delete what is about these, told or not; part of the caller's transaction."""
    about = list(subjects)
    if about:
        _delete(Callback.across_tenants().filter(subject__in=about))


def delete(ids: Sequence[UUID]) -> None:
    """These, with their attempts; a transaction of its own."""
    with writing():
        _delete(Callback.across_tenants().filter(id__in=ids))


def _delete(rows: QuerySet[Callback]) -> None:
    # Ours first: who finishes one just now waits, and then finds none. An attempt that
    # was written between the two deletions would belong to nothing.
    rows.update(claims=F("claims"))
    rows.delete()
