"""Attempt: one try to hand a message to one provider; written before the call."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from delivery.models.message import Message
from notify_project.db.ids import uuid7
from providers.models import Account
from tenants.scoping import TenantOwned


class Attempt(TenantOwned):
    """No `outcome` means that it runs, or that its worker died in the middle."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="attempt_rows"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, default="send")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    provider = models.CharField(_("provider"), max_length=60)
    worker = models.CharField(_("worker"), max_length=100)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=16, blank=True)
    duration_ms = models.PositiveIntegerField(_("duration (ms)"), null=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    code = models.CharField(_("provider's code"), max_length=60, blank=True)
    detail = models.CharField(_("provider's answer"), max_length=300, blank=True)
    provider_ref = models.CharField(
        _("provider's reference"), max_length=200, blank=True
    )

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(name="attempt_number", fields=["message", "number"])
        ]
        indexes = [
            models.Index(
                name="attempt_ref",
                fields=["account", "provider_ref"],
                condition=~Q(provider_ref=""),
            )
        ]
