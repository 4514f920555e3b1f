"""Idempotency keys and fingerprints that have run out are deleted."""

from __future__ import annotations

from django.db.models.functions import Now

from events.models import Fingerprint, IdempotencyKey
from notify_project.queue.writing import writing

EVERY_SECONDS = 600.0
_CHUNK = 5000


def forget_expired() -> None:
    """In chunks, so that no transaction is long; several hundred thousand a run."""
    for model in (IdempotencyKey, Fingerprint):
        for _turn in range(100):
            spent = model.across_tenants().filter(expires_at__lt=Now())
            ids = list(spent.values_list("id", flat=True)[:_CHUNK])
            if not ids:
                break
            with writing():
                model.across_tenants().filter(id__in=ids, expires_at__lt=Now()).delete()
