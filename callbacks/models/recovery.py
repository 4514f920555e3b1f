"""Recovery: what failed within a time is sent again, step by step."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from callbacks.models.endpoint import Endpoint
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned


class Recovery(TenantOwned):
    """How far it is stands in the row: whoever comes next goes on from there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="recoveries"
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    asked_by = models.CharField(_("asked by"), max_length=300)
    # Callbacks up to this moment and id have been looked at.
    reached_at = models.DateTimeField(null=True)
    reached_id = models.UUIDField(null=True)
    count = models.PositiveIntegerField(_("sent again"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        indexes = [
            models.Index(
                name="recovery_open",
                fields=["created_at"],
                condition=Q(finished_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
