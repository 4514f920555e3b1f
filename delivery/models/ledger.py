"""LedgerEntry: each change of a message's state, append-only, in order of id."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from delivery.models.message import Message
from tenants.scoping import TenantOwned


class LedgerEntry(TenantOwned):
    """Written in the transaction of the change; the first entry has no `was`."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="ledger"
    )
    was = models.CharField(_("from"), max_length=16, blank=True)
    became = models.CharField(_("to"), max_length=16)
    cause = models.CharField(_("cause"), max_length=60)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        indexes = [models.Index(name="ledger_message", fields=["message", "id"])]
