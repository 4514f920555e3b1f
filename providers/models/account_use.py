"""What is known of how an account does: Pace, Breaker, Outage, WeightChange."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from providers.models.account import Account


class Pace(models.Model):
    """The rate limit's memory where several workers share it: one row per account.

    `arrival_seconds` is when the next call may begin, since 1970 by the database's
    clock; `granted` the statement's answer to its last caller (providers/limiting.py).
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True)
    arrival_seconds = models.FloatField()
    granted = models.PositiveIntegerField()


class Breaker(models.Model):
    """An account whose calls failed one after the other; no row: all is well.

    Open until `open_until`; then one call may probe, until `probe_until`. Without
    `open_until` it is closed again, and what waited for it is let go.
    """

    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, primary_key=True, related_name="breaker"
    )
    opened_at = models.DateTimeField(db_default=Now())
    open_until = models.DateTimeField(null=True)
    probe_until = models.DateTimeField(null=True)
    trips = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)


class Outage(models.Model):
    """A time in which nobody called an account, but to try it; kept for months.

    Without `ended_at` it lasts still.
    """

    account = models.ForeignKey(
        Account,
        on_delete=models.CASCADE,
        related_name="outages",
        db_index=False,  # the index below begins with it
    )
    began_at = models.DateTimeField(_("began"), db_default=Now())
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        ordering = ["-id"]
        indexes = [models.Index(name="outage_began_at", fields=["account", "began_at"])]
        constraints = [
            models.UniqueConstraint(
                name="outage_one_at_once",
                fields=["account"],
                condition=Q(ended_at__isnull=True),
            )
        ]


class WeightChange(models.Model):
    """One change of an account's points, and why; never changed, kept for months."""

    account = models.ForeignKey(
        Account,
        on_delete=models.CASCADE,
        related_name="weight_changes",
        db_index=False,  # the index below begins with it
    )
    at = models.DateTimeField(_("time"), db_default=Now())
    before = models.PositiveSmallIntegerField(_("points before"))
    after = models.PositiveSmallIntegerField(_("points after"))
    reason = models.CharField(_("reason"), max_length=20)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of points")
        verbose_name_plural = _("changes of points")
        ordering = ["-id"]
        indexes = [models.Index(name="weight_change_at", fields=["account", "at"])]
