"""Expunging: the content of what an endpoint was told within a time is deleted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from callbacks.models.endpoint import Endpoint
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned


class Expunging(TenantOwned):
    """How far it is stands in the row: whoever comes next goes on from there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    asked_by = models.CharField(_("asked by"), max_length=300)
    # What happened before this moment is done.
    reached_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(_("deleted"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("deletion of content")
        verbose_name_plural = _("deletions of content")
        indexes = [
            models.Index(
                name="expunging_open",
                fields=["created_at"],
                condition=Q(finished_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
