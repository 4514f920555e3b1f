"""FanOut and Chunk: people who are to get a message each, composed later by workers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import models

from delivery.models.content import Content
from delivery.models.notification import Notification
from notify_project.db.ids import uuid7
from notify_project.queue.models import (
    CLAIMED,
    QUEUED,
    QueuedRow,
    custody_constraint,
    queue_indexes,
)
from providers.models import Account
from tenants.scoping import TenantOwned

# How a chunk ends; it is open while it is queued or claimed.
DONE, CANCELLED, DEAD = "done", "cancelled", "dead"
OPEN_CHUNK = (QUEUED, CLAIMED)


class FanOut(TenantOwned):
    """One list among the recipients of one channel: what its messages have in common.

    `source` and `source_id` say who knows the people (recipients/people.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="fan_outs"
    )
    content = models.ForeignKey(Content, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=16)
    source = models.CharField(max_length=16)
    source_id = models.UUIDField()
    # Whether the request names others over the channel: some may be among these.
    beside = models.BooleanField()
    lane = models.CharField(max_length=32)
    priority = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    pinned_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    on_unknown = models.CharField(max_length=16)

    def __str__(self) -> str:
        return str(self.id)


class Chunk(QueuedRow, TenantOwned):
    """Some of a fan-out's people. Its messages are inserted in the transaction that
    makes it `done`, so that each person gets one, however often it is begun."""

    fan_out = models.ForeignKey(FanOut, on_delete=models.CASCADE, related_name="chunks")
    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="chunks"
    )
    number = models.PositiveIntegerField()
    # How many people; once it is done, how many messages it has made.
    size = models.PositiveIntegerField()
    # Their ids, 16 bytes each: 50,000 are stored in the time of a request.
    people = models.BinaryField()

    class Meta:
        indexes = [
            *queue_indexes("chunk"),
            models.Index(name="chunk_notification", fields=["notification", "state"]),
        ]
        constraints = [
            custody_constraint("chunk_custody"),
            models.UniqueConstraint(name="chunk_once", fields=["fan_out", "number"]),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def ids(self) -> list[UUID]:
        """The people, in their order."""
        packed = bytes(self.people)
        return [UUID(bytes=packed[at : at + 16]) for at in range(0, len(packed), 16)]


def packed(ids: Iterable[UUID]) -> bytes:
    """As `Chunk.people` keeps them."""
    return b"".join(one.bytes for one in ids)


def parts(ids: Sequence[UUID], size: int) -> list[Sequence[UUID]]:
    """The same in chunks of at most so many."""
    return [ids[at : at + size] for at in range(0, len(ids), size)]
