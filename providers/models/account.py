"""Account: a provider with credentials."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from tenants.models.credentials import validate_networks
from tenants.scoping import TenantOrSystem

# Of a new account: two of them share a tier half and half, in points of a hundred.
POINTS = 50
MOST_POINTS = 10_000


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
        _("points now"),
        default=POINTS,
        validators=[MaxValueValidator(MOST_POINTS)],
        help_text=_(
            "Its share of the messages among the accounts of its tier. Balancing moves "
            "it while a provider fails or is slow, and back to the resting point."
        ),
    )
    resting_point = models.PositiveSmallIntegerField(
        _("resting point"),
        default=POINTS,
        validators=[MaxValueValidator(MOST_POINTS)],
        help_text=_("Its points while all is well: 51 and 49, for example."),
    )
    supports_international = models.BooleanField(
        _("sends abroad"),
        default=True,
        help_text=_("Whether it may text numbers outside the tenant's own country."),
    )
    rate_per_second = models.FloatField(
        _("messages per second"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.01), MaxValueValidator(10_000)],
        help_text=_("At most, of all workers together. Empty: no limit of ours."),
    )
    concurrency = models.PositiveSmallIntegerField(
        _("calls at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("At most, of all workers; each may always make one. Empty: any."),
    )
    paused_until = models.DateTimeField(
        _("paused until"),
        null=True,
        editable=False,
        help_text=_("The provider asked us to slow down."),
    )
    variable = models.CharField(
        _("environment variable"),
        max_length=60,
        blank=True,
        default="",
        editable=False,
        help_text=_("The variable of the environment that makes this account."),
    )
    # Of the address where its provider tells us something (doors.py): the number of the
    # token in it, and since when that is so.
    receipt_token = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    receipt_token_at = models.DateTimeField(null=True, editable=False)
    receipt_networks = models.JSONField(
        _("networks that its receipts come from"),
        default=list,
        blank=True,
        validators=[validate_networks],
        help_text=_(
            'Addresses or networks, such as ["203.0.113.0/24"]. Empty: from everywhere.'
        ),
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
            models.UniqueConstraint(
                fields=["variable"],
                name="account_of_variable",
                condition=~Q(variable=""),
            ),
            models.CheckConstraint(
                name="account_points",
                condition=Q(weight__lte=MOST_POINTS, resting_point__lte=MOST_POINTS),
            ),
            models.CheckConstraint(
                name="account_rate",
                condition=Q(rate_per_second__isnull=True) | Q(rate_per_second__gt=0),
            ),
            models.CheckConstraint(
                name="account_concurrency",
                condition=Q(concurrency__isnull=True) | Q(concurrency__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name
