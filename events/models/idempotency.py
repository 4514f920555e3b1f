"""What makes two equal requests one: the caller's key, and the decision's fingerprint.

Both are unique rows, not reads followed by writes: of fifty equal requests at once,
the database lets one through.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from delivery.models import Notification
from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned


class IdempotencyKey(TenantOwned):
    """A caller's Idempotency-Key with the answer it was given."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key_type = models.CharField(max_length=8)
    endpoint = models.CharField(max_length=60)
    key_hash = models.BinaryField(max_length=32)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = SealedJSONField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="idempotency_key_once",
                fields=["tenant", "key_type", "endpoint", "key_hash"],
            )
        ]
        indexes = [models.Index(name="idempotency_key_expiry", fields=["expires_at"])]


class Fingerprint(TenantOwned):
    """A decision that was accepted lately: the keyed hash of what would be sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hash = models.BinaryField(max_length=32)
    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="fingerprint_once", fields=["tenant", "hash"])
        ]
        indexes = [models.Index(name="fingerprint_expiry", fields=["expires_at"])]
