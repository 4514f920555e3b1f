"""Who changed what, and when: rows that are added and never touched again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify_project.db.ids import uuid7
from tenants.scoping import TenantOrSystem


class AuditEntry(TenantOrSystem):
    """One change. A trigger in the database refuses UPDATE and DELETE.

    It points to nothing by a constraint: what it tells of may go, the entry stays.
    `changes` is {"field": {"before": ..., "after": ...}}, without secrets.
    """

    class Actor(models.TextChoices):
        USER = "user", _("User")
        KEY = "key", _("API key")
        SYSTEM = "system", _("System")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("tenant"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor_kind = models.CharField(_("who"), max_length=10, choices=Actor.choices)
    actor_id = models.UUIDField(_("actor's id"), null=True, blank=True)
    actor_label = models.CharField(_("actor"), max_length=300)
    action = models.CharField(_("action"), max_length=50)
    object_type = models.CharField(_("type of object"), max_length=100)
    object_id = models.CharField(_("object's id"), max_length=100)
    object_label = models.CharField(_("object"), max_length=300)
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["tenant", "-id"], name="audit_by_tenant"),
            models.Index(
                fields=["object_type", "object_id", "-id"], name="audit_by_object"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.action} {self.object_label}"
