"""RetrySchedule: when a tenant's callbacks are tried, if not as ours are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from callbacks.waits import shown
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned


class RetrySchedule(TenantOwned):
    """One for a tenant; without it, schedule.SCHEDULE holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Seconds before each try, the first of them 0.
    waits = models.JSONField(_("tries"))

    class Meta:
        verbose_name = _("retry schedule")
        verbose_name_plural = _("retry schedule")
        constraints = [
            models.UniqueConstraint(name="retry_schedule_once", fields=["tenant"])
        ]

    def __str__(self) -> str:
        return shown(self.waits)

    @classmethod
    def of(cls, tenants: Collection[UUID]) -> Mapping[UUID, Sequence[float]]:
        """Of those tenants that have one; one query."""
        rows = cls.across_tenants().filter(tenant__in=tenants)
        return dict(rows.values_list("tenant_id", "waits"))
