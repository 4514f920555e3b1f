"""Incoming: what a provider told us, stored before anything is made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from notify_project.db.encryption import SealedJSONField
from notify_project.queue.models import (
    QUEUED,
    QueuedRow,
    custody_constraint,
    queue_indexes,
)
from providers.models import Account

# How it ends: applied; nobody's, after days; or its workers died over it.
APPLIED, ORPHAN, DEAD = "applied", "orphan", "dead"


class Incoming(QueuedRow):
    """One receipt or received text; it waits here for its message, if that is late.

    Accounts take turns, not tenants: of a system's account nobody knows yet whose the
    message is. What was said is sealed, for it names the recipient.
    """

    fair_key = "account_id"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    # The same words of the same event, however often they are brought, are one row.
    mark = models.BinaryField(max_length=32)
    echoed_id = models.UUIDField(null=True)
    provider_ref = models.CharField(max_length=200, blank=True)
    said = SealedJSONField()
    received_at = models.DateTimeField(db_default=Now())
    # The message it was about, or the received text that it was. No foreign key: the
    # history may be deleted first.
    matched_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            *queue_indexes("incoming", fair="account"),
            models.Index(
                name="incoming_ref",
                fields=["account", "provider_ref"],
                condition=Q(state=QUEUED) & ~Q(provider_ref=""),
            ),
            models.Index(
                name="incoming_matched",
                fields=["matched_id"],
                condition=Q(matched_id__isnull=False),
            ),
            models.Index(name="incoming_received", fields=["received_at"]),
        ]
        constraints = [
            custody_constraint("incoming_custody"),
            models.UniqueConstraint(name="incoming_once", fields=["account", "mark"]),
        ]

    def __str__(self) -> str:
        return str(self.id)
