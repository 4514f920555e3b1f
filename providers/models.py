"""Account: a provider with credentials. Sender: who a message comes from. Service: who
is asked while a message is prepared."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOrSystem, TenantOwned


class Account(TenantOrSystem):
    """A provider with its credentials. For chat, an account is a named destination.

    `provider` is a registry key such as "sms.twilio", plain text on purpose: a new
    provider needs no migration. `config` holds the values that its Config class
    declares; secrets among them leave this row only towards the provider.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(_("channel"), max_length=16)
    provider = models.CharField(_("provider"), max_length=60)
    name = models.CharField(
        _("name"),
        max_length=100,
        help_text=_("For chat, this is what a request names in recipients.to."),
    )
    config = SealedJSONField(default=dict)
    active = models.BooleanField(_("active"), default=True)
    priority = models.PositiveSmallIntegerField(
        _("tier"),
        default=10,
        help_text=_("Lower tiers are used first; a higher one only when they cannot."),
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=100, help_text=_("Share of the messages within its tier.")
    )
    paused_until = models.DateTimeField(
        _("paused until"),
        null=True,
        editable=False,
        help_text=_("The provider asked us to slow down."),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())
    checked_at = models.DateTimeField(_("last checked"), null=True, editable=False)
    check_ok = models.BooleanField(_("check passed"), null=True, editable=False)
    check_detail = models.CharField(
        _("what the check found"), max_length=300, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["channel", "priority", "name"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                "channel",
                Lower("name"),
                name="account_name",
                violation_error_message=_("An account of this name exists already."),
            ),
            # SQLite takes every null for another one.
            models.UniqueConstraint(
                "channel",
                Lower("name"),
                name="account_name_of_system",
                condition=Q(tenant__isnull=True),
                violation_error_message=_("An account of this name exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Sender(TenantOwned):
    """An address or number that a tenant may send from, once it is verified.

    An e-mail sender whose address is a bare domain stands for every address in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(_("channel"), max_length=16)
    address = models.CharField(
        _("address or number"),
        max_length=254,
        help_text=_("An e-mail address, a whole domain, a phone number or a name."),
    )
    name = models.CharField(_("display name"), max_length=100, blank=True)
    reply_to = models.CharField(_("reply to"), max_length=254, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        ordering = ["channel", "address"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                "channel",
                Lower("address"),
                name="sender_address",
                violation_error_message=_("This sender exists already."),
            ),
            models.UniqueConstraint(
                name="sender_one_default",
                fields=["tenant", "channel"],
                condition=Q(is_default=True),
                violation_error_message=_("There is a default sender already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


class Service(TenantOrSystem):
    """An outside service that is called while a message is prepared.

    `provider` is a key such as "documents.cdogs" (services.py), `config` what its
    Config class declares. Of the params the service gets those that `taken` names (its
    name -> our path; empty: all), with the `fixed` ones over them; `required` ones have
    to be there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.CharField(_("service"), max_length=60)
    name = models.CharField(
        _("name"),
        max_length=100,
        help_text=_("Requests and event types name it by this."),
    )
    config = SealedJSONField(default=dict)
    fixed = SealedJSONField(default=dict)
    required = models.JSONField(_("required params"), default=list, blank=True)
    taken = models.JSONField(_("params that it gets"), default=dict, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    checked_at = models.DateTimeField(_("last checked"), null=True, editable=False)
    check_ok = models.BooleanField(_("check passed"), null=True, editable=False)
    check_detail = models.CharField(
        _("what the check found"), max_length=300, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                Lower("name"),
                name="service_name",
                violation_error_message=_("A service of this name exists already."),
            ),
            # SQLite takes every null for another one.
            models.UniqueConstraint(
                Lower("name"),
                name="service_name_of_system",
                condition=Q(tenant__isnull=True),
                violation_error_message=_("A service of this name exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
