"""Erasure: the order to forget one person, and afterwards the proof of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedTextField
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned


class Erasure(TenantOwned):
    """Carried out by events/erasing.py, which may be killed and goes on from here.

    What was accepted later than `created_at` is not touched. `counts` has what was
    erased by place, `remains` what was not, as [kind, name].
    """

    class Stage(models.TextChoices):
        PLACES = "places", _("looking into groups and answers")
        HISTORY = "history", _("looking through the history")
        WAITING = "waiting", _("waiting for messages that are on their way")
        DONE = "done", _("done")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Null once it is done: the proof needs no address.
    address = SealedTextField(_("address"), null=True)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.CharField(_("asked for by"), max_length=300)
    created_at = models.DateTimeField(_("asked for"), db_default=Now(), editable=False)
    stage = models.CharField(
        _("stage"), max_length=8, choices=Stage.choices, default=Stage.PLACES
    )
    # The oldest notification that was looked at; it goes from the newest back.
    position_at = models.DateTimeField(null=True, editable=False)
    position_id = models.UUIDField(null=True, editable=False)
    # Ids of notifications that have to end before they can be erased.
    waiting = models.JSONField(default=list, editable=False)
    counts = models.JSONField(_("erased"), default=dict, editable=False)
    remains = models.JSONField(_("what remains"), default=list, editable=False)
    finished_at = models.DateTimeField(_("done"), null=True, editable=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                name="erasure_recent", fields=["tenant", "-created_at", "-id"]
            ),
            models.Index(
                name="erasure_open",
                fields=["created_at"],
                condition=Q(finished_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="erasure_keeps_no_address",
                condition=Q(finished_at__isnull=True) | Q(address__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
