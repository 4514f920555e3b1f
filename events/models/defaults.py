"""The stored layers: one row per channel, references as foreign keys, the rest JSON.

Defaults describe a channel; only an event or a request switches it on. The tenant's
own settings (time zone, windows, limits) are in tenants/models/tenant.py.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from notify_project.db.ids import uuid7
from providers.models import Account, Sender
from tenants.scoping import TenantOrSystem, TenantOwned


class ChannelDefaults(models.Model):
    """What one layer says of one channel; an empty value says nothing.

    `values` holds free fields by their names in the API: bodyType, renderer, replyTo,
    headers, priority, onUnknown, recipients.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(_("channel"), max_length=16)
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
        help_text=_("Empty: chosen among the active accounts by tier and weight."),
    )
    values = models.JSONField(_("values"), default=dict, blank=True)

    class Meta:
        abstract = True


class CallbackDefaults(TenantOrSystem):
    """Who is told what becomes of messages where nobody higher says; of one tenant, or
    of all of them. Without a URL it switches callbacks off."""

    class On(models.TextChoices):
        BOTH = "both", _("Success and failure")
        SUCCESS = "success", _("Success")
        FAILURE = "failure", _("Failure")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.CharField(
        _("URL"),
        max_length=2000,
        blank=True,
        help_text=_("Empty: nobody is told, the registered endpoints neither."),
    )
    on = models.CharField(
        _("is told of"), max_length=10, choices=On.choices, default=On.BOTH
    )

    class Meta:
        verbose_name = _("default callback")
        verbose_name_plural = _("default callbacks")
        constraints = [
            models.UniqueConstraint(name="callback_defaults_once", fields=["tenant"])
        ]

    def __str__(self) -> str:
        return self.url or str(_("Nobody"))

    @property
    def values(self) -> dict[str, Any]:
        """As a request would say it."""
        if not self.url:
            return {}
        told = ["success", "failure"] if self.on == self.On.BOTH else [str(self.on)]
        return {"url": self.url, "on": told}


class SystemDefaults(ChannelDefaults):
    """The lowest layer, the operators'. `locked`: fields no other layer may set."""

    locked = models.JSONField(_("locked fields"), default=list, blank=True)

    class Meta:
        verbose_name = _("system default")
        verbose_name_plural = _("system defaults")
        constraints = [
            models.UniqueConstraint(name="system_defaults_channel", fields=["channel"])
        ]

    def __str__(self) -> str:
        return self.channel


class TenantDefaults(ChannelDefaults, TenantOwned):
    """A tenant's layer; its admins edit it."""

    sender = models.ForeignKey(
        Sender,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sender"),
        help_text=_("Empty: the sender that is marked as default."),
    )

    class Meta:
        verbose_name = _("tenant default")
        verbose_name_plural = _("tenant defaults")
        constraints = [
            models.UniqueConstraint(
                name="tenant_defaults_channel", fields=["tenant", "channel"]
            )
        ]

    def __str__(self) -> str:
        return self.channel
