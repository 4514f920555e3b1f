"""Sender: who a message comes from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned


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
