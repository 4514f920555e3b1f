"""DailyCount: how many messages of a day ended how; kept when the messages are gone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.scoping import TenantOwned


class DailyCount(TenantOwned):
    """One row per tenant, day (UTC) and everything that a report parts by.

    Rows that are `gone` count messages that were deleted, and only grow. The others
    are what delivery/counting.py last found there, and may be counted anew.
    """

    day = models.DateField(_("day"))
    channel = models.CharField(_("channel"), max_length=16)
    event_type = models.CharField(_("event type"), max_length=100, blank=True)
    template = models.CharField(_("template"), max_length=200, blank=True)
    provider = models.CharField(_("provider"), max_length=60, blank=True)
    key_type = models.CharField(_("key type"), max_length=8)
    state = models.CharField(_("state"), max_length=16)
    gone = models.BooleanField(default=False, editable=False)
    count = models.PositiveIntegerField(_("messages"))

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        # Of all tenants: the last days among years.
        indexes = [models.Index(name="daily_count_day", fields=["day"])]
        constraints = [
            models.UniqueConstraint(
                name="daily_count_once",
                fields=[
                    *("tenant", "day", "channel", "event_type", "template"),
                    *("provider", "key_type", "state", "gone"),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.channel}"
