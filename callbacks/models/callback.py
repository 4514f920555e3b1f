"""Callback: one event for one endpoint, until it is there; its attempts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from callbacks.models.endpoint import Endpoint
from notify_project.db.encryption import SealedJSONField, SealedTextField
from notify_project.db.ids import uuid7
from notify_project.queue.models import QueuedRow, custody_constraint, queue_indexes
from tenants.scoping import TenantOwned

# How a callback ends. `dead` is one that its workers did not survive.
DELIVERED, FAILED, DEAD = "delivered", "failed", "dead"
NOT_TOLD = (FAILED, DEAD)
ENDED = (DELIVERED, *NOT_TOLD)


class Callback(QueuedRow, TenantOwned):
    """The bytes to send, frozen when the event happened. Endpoints take turns."""

    fair_key = "endpoint_id"

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="callbacks"
    )
    # webhook-id: the same over all attempts, and for all endpoints that hear of it.
    event_id = models.UUIDField(_("event"), editable=False)
    type = models.CharField(_("type"), max_length=60)
    channel = models.CharField(_("channel"), max_length=16, blank=True)
    # What it is about, in the words of whoever published it.
    subject = models.UUIDField(null=True, editable=False)
    body = SealedTextField()
    # Further headers that the request asked for.
    headers = SealedJSONField(null=True)
    created_at = models.DateTimeField(_("happened"), db_default=Now())
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Who had it sent again; then it is tried once, whatever comes of it.
    asked_by = models.CharField(_("sent again by"), max_length=300, blank=True)
    http_status = models.PositiveSmallIntegerField(_("last HTTP status"), null=True)
    error = models.CharField(_("last error"), max_length=20, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    # Since then body, headers and excerpts are empty.
    content_deleted_at = models.DateTimeField(
        _("content deleted"), null=True, editable=False
    )

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        indexes = [
            *queue_indexes("callback", fair="endpoint"),
            models.Index(
                name="callback_recent", fields=["tenant", "-created_at", "-id"]
            ),
            models.Index(
                name="callback_of_endpoint", fields=["endpoint", "-created_at", "-id"]
            ),
            models.Index(name="callback_day", fields=["created_at"]),
            models.Index(name="callback_subject", fields=["subject"]),
            # What failed is looked for: a tenant's, and an endpoint's to be recovered.
            models.Index(
                name="callback_failed",
                fields=["tenant", "-created_at", "-id"],
                condition=Q(state__in=NOT_TOLD),
            ),
            models.Index(
                name="callback_failed_of",
                fields=["endpoint", "created_at", "id"],
                condition=Q(state__in=NOT_TOLD),
            ),
        ]
        constraints = [
            custody_constraint("callback_custody"),
            models.UniqueConstraint(
                name="callback_once", fields=["event_id", "endpoint"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class CallbackAttempt(TenantOwned):
    """One request, and what was answered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    callback = models.ForeignKey(
        Callback, on_delete=models.CASCADE, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    asked_by = models.CharField(_("sent again by"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("started"))
    duration_ms = models.PositiveIntegerField(_("duration (ms)"))
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    error = models.CharField(_("error"), max_length=20, blank=True)
    # The beginning of what was answered: it may hold anything, so it is sealed.
    excerpt = SealedTextField(default="")

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes = [
            models.Index(name="callback_attempt", fields=["callback", "started_at"])
        ]

    def __str__(self) -> str:
        return f"{self.number}"
