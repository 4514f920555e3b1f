"""Suppression: an address that must not be written to over one channel, and why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedTextField
from notify_project.db.ids import uuid7
from providers.channels.base import channel
from tenants.scoping import TenantOwned


class Suppression(TenantOwned):
    """One reason not to write to one address; it may have several, each a row.

    The address is sealed; what sends compare is the hash of its normal form, which is
    keyed by tenant and so stands for one address of one tenant.
    """

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("Bounced: the address does not exist")
        COMPLAINED = "complained", _("Complained of unwanted messages")
        STOPPED = "stopped", _("Answered STOP")
        BY_HAND = "by_hand", _("Blocked by the tenant")
        OPTED_OUT = "opted_out", _("Opted out")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(_("channel"), max_length=16)
    # Null once the person was erased: the hash goes on keeping messages away.
    address = SealedTextField(null=True)
    address_hash = models.BinaryField(max_length=32)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # The person or key, as the audit names them; empty is Notify itself.
    added_by = models.CharField(_("added by"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppression list")
        ordering = ["-created_at", "-id"]
        constraints = [
            # The hash first: whoever sends asks for hashes, a hundred at once.
            models.UniqueConstraint(
                name="suppression_once",
                fields=["address_hash", "tenant", "channel", "reason"],
            ),
            models.CheckConstraint(
                name="suppression_reason",
                condition=Q(
                    reason__in=[
                        "bounced",
                        "complained",
                        "stopped",
                        "by_hand",
                        "opted_out",
                    ]
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="suppression_recent", fields=["tenant", "-created_at", "-id"]
            )
        ]

    def __str__(self) -> str:
        return f"{channel(self.channel).label}, {self.get_reason_display()}"
