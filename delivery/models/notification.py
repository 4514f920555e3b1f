"""Notification: one accepted request. Its id is the notifyId."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned

# The key type of mails of our own (events/notices.py). Their content holds links that
# prove who owns an address: it is for the recipient, and nobody else is shown it.
OURS = "system"
# The key type of what a designer sent to themselves (events/trying.py).
TRYOUT = "tryout"
# What reports leave out unless they are asked for tests.
TESTS = frozenset({"test", TRYOUT})


class Notification(TenantOwned):
    """One accepted request; `status` sums up its messages (delivery/states.py)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    status = models.CharField(_("status"), max_length=24)
    event_type = models.CharField(_("event type"), max_length=100, blank=True)
    # Which version of it was heard; null without an event type.
    event_version = models.PositiveIntegerField(_("version"), null=True, editable=False)
    # Nobody can opt out of it; heard once more just before it goes out.
    mandatory = models.BooleanField(
        _("mandatory"), default=False, db_default=False, editable=False
    )
    correlation_id = models.CharField(_("correlation id"), max_length=100, blank=True)
    # Whether the caller gave it; else we made it.
    correlated = models.BooleanField(default=True, db_default=True, editable=False)
    # Which endpoint the request or a default names besides, and what it is told of.
    callback = SealedJSONField(null=True, editable=False)
    channels = models.JSONField(_("channels"), default=list)
    key_type = models.CharField(_("key type"), max_length=8)
    key_name = models.CharField(_("key"), max_length=100, blank=True)
    params = SealedJSONField(null=True)
    decided_by = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    created_at = models.DateTimeField(_("accepted"), db_default=Now())
    scheduled_for = models.DateTimeField(_("scheduled for"), null=True)
    content_deleted_at = models.DateTimeField(
        _("content deleted"), null=True, editable=False
    )
    # When the sweeper looks whether all messages have ended; null when it need not.
    rollup_at = models.DateTimeField(null=True, editable=False)
    # Sent once more by somebody in the admin. No foreign key: either may go first.
    resent_of = models.UUIDField(null=True, editable=False)
    # Whether it has messages that are composed after it was accepted: many of them.
    fan_out = models.BooleanField(db_default=False, editable=False)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(
                name="notification_recent", fields=["tenant", "-created_at", "-id"]
            ),
            models.Index(
                name="notification_status",
                fields=["tenant", "status", "-created_at", "-id"],
            ),
            models.Index(
                name="notification_correlation",
                fields=["tenant", "correlation_id", "-created_at", "-id"],
                condition=~Q(correlation_id=""),
            ),
            models.Index(
                F("tenant"),
                Upper("event_type"),  # as `iexact` compares
                F("created_at").desc(),
                F("id").desc(),
                name="notification_event_type",
                condition=~Q(event_type=""),
            ),
            models.Index(name="notification_day", fields=["created_at"]),
            # What failed anywhere, for operators.
            models.Index(
                name="notification_failed",
                fields=["-created_at", "-id"],
                condition=Q(status__in=["failed", "partially_completed"]),
            ),
            # What still has content: retention.py looks for the oldest of these.
            models.Index(
                name="notification_content",
                fields=["tenant", "created_at"],
                condition=Q(content_deleted_at__isnull=True),
            ),
            models.Index(
                name="notification_resent",
                fields=["resent_of"],
                condition=Q(resent_of__isnull=False),
            ),
            models.Index(
                name="notification_rollup",
                fields=["rollup_at"],
                condition=Q(rollup_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_ours(self) -> bool:
        """Whether it is a mail of our own, whose content nobody may look at."""
        return self.key_type == OURS


class NotificationTag(TenantOwned):
    """A tag of a notification, in a row of its own so that search can use an index."""

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="tags"
    )
    tag = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                name="tag_recent",
                fields=["tenant", "tag", "-created_at", "notification"],
            )
        ]
        constraints = [
            models.UniqueConstraint(name="tag_once", fields=["notification", "tag"])
        ]

    def __str__(self) -> str:
        return self.tag
