"""What waits: QueuedRow, the base of messages and of all later queued work; Lease."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from notify_project.db.ids import uuid7

QUEUED = "queued"  # waits for due_at
CLAIMED = "claimed"  # one worker's, nothing has left us yet
SENDING = "sending"  # committed before the first byte leaves
UNKNOWN = "unknown"  # it left, and no clear answer came back
OPEN = (QUEUED, CLAIMED, SENDING, UNKNOWN)
# High, normal, low. A fixed few, so that each is one range of the queue's index.
PRIORITIES = (0, 1, 2)

# Claimed this often without an outcome, a row is claimed alone; that often alone, it
# is poison. Rows that were only bystanders of a crash are thus cleared of suspicion.
SUSPECT_CLAIMS = 2
POISON_CLAIMS = SUSPECT_CLAIMS + 3


class QueuedRow(models.Model):
    """Waiting work. `fair_key` names the column whose values share turns."""

    fair_key: ClassVar[str] = "tenant_id"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lane = models.CharField(max_length=32)
    state = models.CharField(max_length=16, default=QUEUED)
    priority = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(db_default=Now())
    claim_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    claims = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


def custody_constraint(name: str) -> models.CheckConstraint:
    """Token and lease belong to custody: the database refuses any other mixture."""
    held = Q(claim_token__isnull=False)
    leased = Q(lease_until__isnull=False)
    return models.CheckConstraint(
        name=name,
        condition=(
            Q(state__in=(CLAIMED, SENDING)) & held & leased
            | Q(state=UNKNOWN) & held & ~leased
            | ~Q(state__in=(CLAIMED, SENDING, UNKNOWN)) & ~held & ~leased
        ),
    )


def queue_indexes(prefix: str, *, fair: str = "tenant") -> list[models.Index]:
    """Partial indexes: history, however long, does not slow the queue.

    `fair` is the field that the model's `fair_key` is of.
    """
    queued = Q(state=QUEUED)
    return [
        models.Index(
            name=f"{prefix}_due",
            fields=["lane", fair, "priority", "due_at", "id"],
            condition=queued,
        ),
        models.Index(
            name=f"{prefix}_next", fields=["lane", "due_at"], condition=queued
        ),
        models.Index(
            name=f"{prefix}_suspect",
            fields=["lane", "due_at"],
            condition=queued & Q(claims__gte=SUSPECT_CLAIMS),
        ),
        models.Index(
            name=f"{prefix}_lease",
            fields=["lease_until"],
            condition=Q(state__in=(CLAIMED, SENDING)),
        ),
        models.Index(
            name=f"{prefix}_unknown", fields=["due_at"], condition=Q(state=UNKNOWN)
        ),
    ]


class Lease(models.Model):
    """A name that one process holds until a time: leaders, and workers that live."""

    name = models.CharField(max_length=100, primary_key=True)
    holder = models.CharField(max_length=100)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="lease_until", fields=["until"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.holder})"
