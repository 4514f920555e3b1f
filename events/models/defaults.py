"""The stored layers: one row per channel, references as foreign keys, the rest sealed.

Defaults describe a channel; only an event or a request switches it on. The tenant's
own settings (time zone, windows, limits) are in tenants/models/tenant.py.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from providers.models import Account, Sender, Service
from recipients.models import Group, SubscriberList
from templates_app.models import Image, Template
from tenants.scoping import TenantOrSystem, TenantOwned


class ChannelDefaults(models.Model):
    """What one layer says of one channel; an empty value says nothing.

    `values` holds free fields by their names in the API: recipients, content, headers,
    params, replyTo, attachments, priority, onUnknown; bodyType and defaultRenderer are
    beside the content, so that a template of a higher layer leaves them as they are.
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
    values = SealedJSONField(_("values"), default=dict)

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
        verbose_name_plural = _("default callback")
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

    template = models.ForeignKey(
        Template,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("template"),
    )
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
        verbose_name_plural = _("defaults")
        constraints = [
            models.UniqueConstraint(
                name="tenant_defaults_channel", fields=["tenant", "channel"]
            )
        ]

    def __str__(self) -> str:
        return _now("Defaults: %(channel)s") % {"channel": self.channel}


class DefaultsReference(TenantOwned):
    """What a tenant's defaults name within their values, which therefore cannot be
    deleted: one row for each thing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    defaults = models.ForeignKey(
        TenantDefaults, on_delete=models.CASCADE, related_name="references"
    )
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, related_name="+"
    )
    list = models.ForeignKey(
        SubscriberList, on_delete=models.PROTECT, null=True, related_name="+"
    )
    document = models.ForeignKey(
        Template, on_delete=models.PROTECT, null=True, related_name="+"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, related_name="+"
    )
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, related_name="+"
    )

    KINDS = ("group", "list", "document", "service", "image")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="defaults_reference_names_something",
                condition=Q(group__isnull=False)
                | Q(list__isnull=False)
                | Q(document__isnull=False)
                | Q(service__isnull=False)
                | Q(image__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.defaults)
