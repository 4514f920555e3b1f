"""A call that was refused: the answer to "our application says it sent it"."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.ids import uuid7
from tenants.scoping import TenantOrSystem


class RefusedCall(TenantOrSystem):
    """What was asked by whom, and what was wrong with it; nothing of what it said.

    Without a tenant: its credential is nobody's. Written by tenants/refusals.py, which
    also bounds how many there are.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("when"), db_default=Now())
    key_name = models.CharField(_("key"), max_length=100, blank=True)
    key_type = models.CharField(_("key type"), max_length=8, blank=True)
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("address"), max_length=200)
    status = models.PositiveSmallIntegerField(_("answer"))
    code = models.CharField(_("code"), max_length=60, blank=True)
    # [{"field": "email.to[0]", "code": "invalid_address"}], the first few.
    errors = models.JSONField(_("what was wrong"), default=list)
    correlation_id = models.CharField(_("correlation id"), max_length=100)
    # Refused calls before this one that came too fast to be written down.
    skipped = models.PositiveIntegerField(_("not listed"), default=0)

    class Meta:
        verbose_name = _("refused call")
        verbose_name_plural = _("refused calls")
        indexes = [
            models.Index(name="refused_of_tenant", fields=["tenant", "-at", "-id"]),
            models.Index(name="refused_recent", fields=["-at", "-id"]),
            models.Index(name="refused_correlation", fields=["correlation_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status} {self.code}".rstrip()
