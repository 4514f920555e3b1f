"""Repeat: a call that was answered with an earlier notification, and sent nothing."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from delivery.models.notification import Notification
from tenants.scoping import TenantOwned


class Repeat(TenantOwned):
    """Who looks for the correlation id of a duplicate finds the original by it."""

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="repeats"
    )
    correlation_id = models.CharField(max_length=100)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(name="repeat_correlation", fields=["tenant", "correlation_id"])
        ]

    def __str__(self) -> str:
        return self.correlation_id
