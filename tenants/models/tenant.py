"""A tenant (an application or initiative with its own everything) and its people."""

from __future__ import annotations

import zoneinfo
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import (
    BaseValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from tenants.models.user import User
from tenants.scoping import TenantOwned


def validate_time_zone(value: str) -> None:
    """Refuse what the IANA database does not name."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("%(value)s is not an IANA time zone, such as America/Vancouver."),
            code="time_zone",
            params={"value": value},
        )


_LOCALE = RegexValidator(
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z",
    _("Give a language tag, such as en or fr-CA."),
)
_REGION = RegexValidator(
    r"^[A-Z]{2}\Z", _("Give a region as two capital letters, such as CA.")
)
# Column, smallest, largest: said by forms, held by the database.
_BOUNDS = {
    "requests_per_minute_live": (1, 1_000_000),
    "requests_per_minute_test": (1, 1_000_000),
    "idempotency_window_seconds": (0, 7 * 86_400),
    "content_retention_days": (0, 3650),
    "metadata_retention_days": (1, 3650),
    "max_delay_days": (0, 366),
}


def _within(column: str) -> list[BaseValidator]:
    smallest, largest = _BOUNDS[column]
    return [MinValueValidator(smallest), MaxValueValidator(largest)]


class Tenant(models.Model):
    """An application or initiative with its own everything.

    Its defaults for sending are not here: events/models/defaults.py.
    """

    class MissingParams(models.TextChoices):
        ERROR = "error", _("Refuse the request")
        EMPTY = "empty", _("Put nothing in its place")

    class Source(models.TextChoices):
        OPERATOR = "operator", _("Operator")
        GATEWAY = "gateway", _("API gateway")
        CSTAR = "cstar", _("CSTAR")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(
        _("short name"),
        max_length=100,
        unique=True,
        help_text=_("Small letters, digits and hyphens; it stands in addresses."),
    )
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("When off, its credentials are refused and nothing is sent."),
    )
    trial = models.BooleanField(
        _("on trial"),
        default=False,
        help_text=_("Sends to its safe list and its own people only."),
    )
    # Whom it may write to then, and its team keys at all times (recipients/safe_list).
    safe_list = SealedJSONField(null=True, editable=False)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="America/Vancouver",
        validators=[validate_time_zone],
    )
    locale = models.CharField(
        _("language"), max_length=35, default="en", validators=[_LOCALE]
    )
    phone_region = models.CharField(
        _("phone region"),
        max_length=2,
        default="CA",
        validators=[_REGION],
        help_text=_("How numbers without a country code are read."),
    )
    requests_per_minute_live = models.PositiveIntegerField(
        _("requests per minute, live keys"),
        null=True,
        blank=True,
        validators=_within("requests_per_minute_live"),
        help_text=_("Empty: the system's default."),
    )
    requests_per_minute_test = models.PositiveIntegerField(
        _("requests per minute, test keys"),
        null=True,
        blank=True,
        validators=_within("requests_per_minute_test"),
        help_text=_("Empty: the system's default."),
    )
    idempotency_window_seconds = models.PositiveIntegerField(
        _("equal requests count as one for (seconds)"),
        null=True,
        blank=True,
        validators=_within("idempotency_window_seconds"),
        help_text=_("Empty: the system's default. 0: never."),
    )
    content_retention_days = models.PositiveIntegerField(
        _("keep content for (days)"),
        default=30,
        validators=_within("content_retention_days"),
    )
    metadata_retention_days = models.PositiveIntegerField(
        _("keep history for (days)"),
        default=90,
        validators=_within("metadata_retention_days"),
    )
    missing_params = models.CharField(
        _("when a template's parameter is missing"),
        max_length=10,
        choices=MissingParams.choices,
        default=MissingParams.ERROR,
    )
    max_delay_days = models.PositiveIntegerField(
        _("longest delay of a delayed send (days)"),
        default=30,
        validators=_within("max_delay_days"),
    )
    system_accounts_step_in = models.BooleanField(
        _("the system's accounts step in"),
        default=False,
        help_text=_(
            "Whether messages may go by the system's accounts while none of the "
            "tenant's own can take them. A tenant that has none always uses them."
        ),
    )
    source = models.CharField(
        _("registered by"),
        max_length=10,
        choices=Source.choices,
        default=Source.OPERATOR,
    )
    external_id = models.CharField(
        _("id in the registering system"), max_length=200, blank=True
    )
    links = models.JSONField(_("links"), default=dict, blank=True)
    # Of a directory's tenant: by role, the ids of the groups whose people have it.
    role_groups = models.JSONField(_("groups by role"), default=dict, blank=True)
    gateway_consumer = models.CharField(
        _("gateway consumer"),
        max_length=200,
        unique=True,
        null=True,
        blank=True,
        default=None,
        help_text=_("The X-Consumer-ID or X-Consumer-Username that means this tenant."),
    )
    created_at = models.DateTimeField(
        _("created"), default=timezone.now, editable=False
    )

    objects: ClassVar[models.Manager[Tenant]] = models.Manager()

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        ordering = ("name", "id")
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{column}__range": (smallest, largest)})
                    | Q(**{f"{column}__isnull": True}),
                    name=f"tenant_{column}",
                )
                for column, (smallest, largest) in _BOUNDS.items()
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(slug=""), name="tenant_named"
            ),
            # An empty text would be one consumer that many tenants fight for.
            models.CheckConstraint(
                condition=~Q(gateway_consumer=""), name="tenant_consumer_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(missing_params__in=["error", "empty"]),
                name="tenant_missing_params",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["operator", "gateway", "cstar"]),
                name="tenant_source",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="tenant_external_id_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An emptied gateway field means none."""
        super().clean()
        self.gateway_consumer = self.gateway_consumer or None


class Membership(TenantOwned):
    """A person's place in a tenant; roles.py says what each role may do."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("Administrator")
        DESIGNER = "designer", _("Designer")
        SUPPORT = "support", _("Support")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("user"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    created_at = models.DateTimeField(
        _("created"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user"], name="membership_once_per_tenant"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["admin", "designer", "support"]),
                name="membership_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
