"""Endpoint: a URL of a tenant that is told of events, and how it does."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from urllib.parse import urlsplit
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from callbacks import kinds
from callbacks.schedule import Health
from notify_project.db.encryption import SealedJSONField, SealedTextField
from notify_project.db.ids import uuid7
from tenants.models import Tenant
from tenants.scoping import TenantOwned

# SQL: who hears of a tenant's events; the condition of the index `endpoint_listening`.
LISTENING = "active AND origin = 'registered'"


class Endpoint(TenantOwned):
    """Where to, what of, and by what the receiver knows that it is us.

    One that a request or a default has `named` is told what that asks for, and nothing
    else; one that was `registered` hears of all events that pass its filters.
    """

    class Kind(models.TextChoices):
        EVENTS = kinds.EVENTS, _("Events")
        DELIVERY_STATUS = kinds.DELIVERY_STATUS, _("Delivery receipts")
        INBOUND_SMS = kinds.INBOUND_SMS, _("Received text messages")
        COMPLAINT = kinds.COMPLAINT, _("Complaints")
        RETURNED_LETTER = kinds.RETURNED_LETTER, _("Returned letters")

    class Origin(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        NAMED = "named", _("Named in a request or a default")

    class Off(models.TextChoices):
        BY_HAND = "by_hand", _("Switched off")
        GONE = "gone", _("The receiver answered 410: it is gone")
        FAILING = "failing", _("It failed for five days")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(
        _("is told of"), max_length=16, choices=Kind.choices, default=Kind.EVENTS
    )
    origin = models.CharField(
        _("origin"),
        max_length=10,
        choices=Origin.choices,
        default=Origin.REGISTERED,
        editable=False,
    )
    url = models.CharField(_("URL"), max_length=2000)
    description = models.CharField(_("description"), max_length=200, blank=True)
    events = models.JSONField(_("events"), default=list, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)
    secret = SealedTextField()
    # [{"secret": ..., "until": ...}], the youngest first: valid as well until then.
    old_secrets = SealedJSONField(default=list)
    bearer_token = SealedTextField(default="")
    # Sent with every request besides ours.
    secret_headers = SealedJSONField(default=dict)
    hex_signature = models.BooleanField(_("X-Webhook-Signature as well"), default=False)
    retries_refusals = models.BooleanField(
        _("refusals are tried again"),
        default=False,
        help_text=_(
            "Off: an answer such as 400 or 403 ends a callback. On: it is tried again "
            "as after any other failure."
        ),
    )
    per_second = models.PositiveSmallIntegerField(_("requests per second"), default=50)
    concurrency = models.PositiveSmallIntegerField(_("requests at once"), default=4)
    active = models.BooleanField(_("active"), default=True)
    off_because = models.CharField(
        _("switched off because"),
        max_length=10,
        choices=Off.choices,
        blank=True,
        editable=False,
    )
    off_at = models.DateTimeField(_("switched off"), null=True, editable=False)
    failures = models.PositiveIntegerField(
        _("failures in a row"), default=0, editable=False
    )
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    # Events that could not be told since then, and when the youngest failed first.
    failed_events = models.PositiveIntegerField(
        _("events that failed since"), default=0, editable=False
    )
    event_failed_at = models.DateTimeField(null=True, editable=False)
    warned_at = models.DateTimeField(null=True, editable=False)
    # Nothing is sent before: the breaker's time, or the receiver's Retry-After.
    held_until = models.DateTimeField(db_default=Now(), editable=False)
    # When its rate allows the next.
    slot_at = models.DateTimeField(db_default=Now(), editable=False)
    # When a request named it last, to the day: those that none does any more go.
    used_at = models.DateTimeField(db_default=Now(), editable=False)
    # Since then nobody finds it: what it was told goes step by step (removing.py).
    removed_at = models.DateTimeField(null=True, editable=False)
    # Whom the service callback API was told: no user of ours.
    updated_by_id = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("changed"), null=True, editable=False)

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        indexes = [
            models.Index(
                name="endpoint_recent", fields=["tenant", "-created_at", "-id"]
            ),
            models.Index(
                name="endpoint_listening",
                fields=["tenant"],
                condition=Q(active=True, origin="registered"),
            ),
            models.Index(
                name="endpoint_unused",
                fields=["tenant", "used_at"],
                condition=Q(
                    origin="named", removed_at__isnull=True, updated_at__isnull=True
                ),
            ),
            models.Index(
                name="endpoint_removed",
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="endpoint_once_per_kind",
                fields=["tenant", "kind"],
                condition=~Q(kind="events") & Q(removed_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="endpoint_named_once",
                fields=["tenant", "url"],
                condition=Q(origin="named", removed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="endpoint_removed_is_off",
                condition=Q(removed_at__isnull=True) | Q(active=False),
            ),
            models.CheckConstraint(
                name="endpoint_is_told_something",
                condition=Q(kind__in=[kinds.EVENTS, *kinds.SERVICE_KINDS]),
            ),
            models.CheckConstraint(
                name="endpoint_may_be_told_something",
                condition=Q(per_second__gte=1, concurrency__gte=1),
            ),
        ]

    @classmethod
    def kept_by(cls, tenant: Tenant | UUID) -> models.QuerySet[Self]:
        """The tenant's, without those that were removed."""
        return cls.for_tenant(tenant).filter(removed_at=None)

    def __str__(self) -> str:
        """Its host where nobody has described it: the rest may open the door."""
        return self.description or self.host

    @property
    def host(self) -> str:
        """Where it is, for those who need not know the whole URL."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def health(self) -> Health:
        return Health(
            self.held_until,
            self.failures,
            self.failing_since,
            self.failed_events,
            self.event_failed_at,
        )

    def secrets(self, now: datetime) -> list[str]:
        """What to sign with: its own secret, then those that are valid for a while."""
        return [str(self.secret), *(one["secret"] for one in self.kept_secrets(now))]

    def kept_secrets(self, now: datetime) -> list[dict[str, str]]:
        """Old ones whose time is not over, the youngest first."""
        kept: list[dict[str, str]] = self.old_secrets
        return [one for one in kept if datetime.fromisoformat(one["until"]) > now]

    def wants(self, kind: str, channel: str) -> bool:
        """Whether its filters let an event through."""
        heard = not (self.channels and channel) or channel in self.channels
        return heard and kinds.passes(self.events, kind)
