"""Idempotency keys and fingerprints that have run out, and notices that were told."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now

from events.models import Fingerprint, IdempotencyKey
from notify_project.queue.writing import writing
from tenants.models import Notice
from tenants.scoping import Scoped

EVERY_SECONDS = 600.0
_CHUNK = 5000
# What became of a notice stands in its notification; until then, it counts against
# those who ask for too many.
_NOTICES = timedelta(days=7)


def forget_expired() -> None:
    """In chunks, so that no transaction is long; several hundred thousand a run."""
    for model in (IdempotencyKey, Fingerprint):
        _forget(model.across_tenants().filter(expires_at__lt=Now()))
    _forget(Notice.across_tenants().filter(handled_at__lt=Now() - _NOTICES))


def _forget(spent: QuerySet[Scoped]) -> None:
    for _turn in range(100):
        ids = list(spent.values_list("pk", flat=True)[:_CHUNK])
        if not ids:
            return
        with writing():
            spent.filter(pk__in=ids).delete()
