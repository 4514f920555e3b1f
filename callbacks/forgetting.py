"""What tenants were told is deleted with the content that it is about; and endpoints
that requests named, when none has done so for long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from callbacks import schedule
from callbacks.models import Callback, Endpoint, RetrySchedule
from notify_project.db import clock
from notify_project.queue.models import CLAIMED
from notify_project.queue.writing import writing
from tenants.models import Tenant

EVERY_SECONDS = 3600.0
_CHUNK = 1000
_CHUNKS_A_RUN = 100  # for one tenant; the rest waits for the next hour
# What a request asked to be told may happen as late as it may be delayed.
_UNUSED_DAYS = 30


def forget_old() -> None:
    """Delete what is older than a tenant keeps content, in chunks.

    Nothing is deleted while its schedule may still go on.
    """
    for tenant in Tenant.objects.order_by("id").iterator():
        for ids in _chunks(_old(tenant).order_by("created_at")):
            delete(ids)
        unused = _unused(tenant)
        for ids in _chunks(unused.order_by("used_at")):
            # Asked again: one of them may be named at this moment.
            mine = unused.filter(id__in=ids)
            mine.update(active=False, removed_at=clock.now())


def _old(tenant: Tenant) -> QuerySet[Callback]:
    own = RetrySchedule.of([tenant.id]).get(tenant.id, schedule.SCHEDULE)
    days = max(tenant.content_retention_days, _days(own))
    then = clock.now() - timedelta(days=days)
    return (
        Callback.for_tenant(tenant).filter(created_at__lt=then).exclude(state=CLAIMED)
    )


def _unused(tenant: Tenant) -> QuerySet[Endpoint]:
    """What nobody has named for long, nor changed: its secret nobody knows.

    Many put an id into the URL, which makes an endpoint of each.
    """
    days = tenant.max_delay_days + _UNUSED_DAYS
    told = Callback.for_tenant(tenant).filter(endpoint=OuterRef("pk"))
    return Endpoint.kept_by(tenant).filter(
        ~Exists(told),
        origin=Endpoint.Origin.NAMED,
        updated_at=None,
        used_at__lt=clock.now() - timedelta(days=days),
    )


def _chunks(rows: QuerySet[Any]) -> Iterator[list[UUID]]:
    """Of what is left each time; the caller takes them away."""
    for _ in range(_CHUNKS_A_RUN):
        ids = list(rows.values_list("id", flat=True)[:_CHUNK])
        if not ids:
            return
        yield ids


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
