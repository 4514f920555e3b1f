"""ReceivedText: what somebody sent to a number of a tenant."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedTextField
from notify_project.db.ids import uuid7
from providers.models import Account
from tenants.scoping import TenantOwned


class ReceivedText(TenantOwned):
    """Words and sender are sealed; the hash of the number finds them again."""

    class Wish(models.TextChoices):
        STOP = "stop", _("Wants no more texts")
        START = "start", _("Wants texts again")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    provider = models.CharField(_("provider"), max_length=60)
    provider_ref = models.CharField(
        _("provider's reference"), max_length=200, blank=True
    )
    number = models.CharField(_("to our number"), max_length=20)
    sender = SealedTextField()
    sender_hash = models.BinaryField(max_length=32)
    text = SealedTextField()
    wish = models.CharField(_("wish"), max_length=8, choices=Wish.choices, blank=True)
    created_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("received text")
        verbose_name_plural = _("received texts")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="received_text_wish", condition=Q(wish__in=["", "stop", "start"])
            )
        ]
        indexes = [
            models.Index(
                name="received_text_recent", fields=["tenant", "-created_at", "-id"]
            ),
            models.Index(name="received_text_sender", fields=["tenant", "sender_hash"]),
        ]

    def __str__(self) -> str:
        return str(self.id)
