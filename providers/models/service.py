"""Service: who is asked while a message is prepared."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOrSystem


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
