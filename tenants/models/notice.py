"""Mails of our own that wait to be sent: invitations, verifications, opt-ins."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned


class Notice(TenantOwned):
    """Something to be told to a person; events turns it into a notification.

    `kind` is a word that events knows; `data` is what its text needs, sealed because
    it holds addresses and links.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=50)
    data = SealedJSONField(_("data"))
    created_at = models.DateTimeField(
        _("created"), default=timezone.now, editable=False
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("id",)
        indexes = [
            models.Index(
                fields=["id"], condition=Q(handled_at__isnull=True), name="notice_open"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
