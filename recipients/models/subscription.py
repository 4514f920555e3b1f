"""SubscriberList and Subscription: those who asked to be written to, and how."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField, SealedTextField
from notify_project.db.ids import uuid7
from providers.channels.base import channel
from providers.models import Service
from tenants.scoping import TenantOwned


class SubscriberList(TenantOwned):
    """What people subscribe to; recipients name it as {"list": "..."}."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100)
    title = models.CharField(
        _("name for people"),
        max_length=200,
        blank=True,
        help_text=_("What subscribers read in mails and on pages. Empty: the name."),
    )
    description = models.TextField(_("description"), blank=True)
    # Kept by a service: then it says who is subscribed, and nobody is asked here.
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kept by"),
    )
    service_list = models.CharField(
        _("list in the service"), max_length=200, blank=True
    )
    # By channel, when it was last asked, as UTC in ISO 8601.
    asked = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(
        _("created"), default=timezone.now, editable=False
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                Lower("name"),
                name="list_name",
                violation_error_message=_("A list of this name exists already."),
            ),
            models.CheckConstraint(
                name="list_service",
                condition=Q(service__isnull=True, service_list="")
                | Q(service__isnull=False) & ~Q(service_list=""),
            ),
        ]
        indexes = [
            models.Index(name="list_recent", fields=["tenant", "-created_at", "-id"])
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_title(self) -> str:
        """What subscribers read."""
        return self.title or self.name


class Subscription(TenantOwned):
    """One address on one list, over one channel.

    Nothing but the question whether they want it goes to a pending one. An ended one
    stays, so that nobody who left is put on the list again without being asked.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Asked, not answered yet")
        CONFIRMED = "confirmed", _("Subscribed")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    list = models.ForeignKey(
        SubscriberList,
        on_delete=models.CASCADE,
        related_name="subscriptions",
        verbose_name=_("list"),
    )
    channel = models.CharField(_("channel"), max_length=16)
    address = SealedTextField()
    address_hash = models.BinaryField(max_length=32)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PENDING
    )
    locale = models.CharField(_("language"), max_length=35, blank=True)
    # What is known of them, for the words that they get; null where nothing is.
    params = SealedJSONField(null=True)
    asked_at = models.DateTimeField(_("asked"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("subscribed"), null=True, editable=False)
    ended_at = models.DateTimeField(_("unsubscribed"), null=True, editable=False)
    # When the service that keeps the list last named them.
    named_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(
        _("created"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="subscription_once", fields=["list", "channel", "address_hash"]
            ),
            models.CheckConstraint(
                name="subscription_status",
                condition=Q(status__in=["pending", "confirmed", "unsubscribed"]),
            ),
        ]
        indexes = [
            models.Index(
                name="subscription_recent", fields=["tenant", "-created_at", "-id"]
            ),
            # Whom a message to the list goes to, in the order in which they came.
            models.Index(
                name="subscription_live",
                fields=["list", "channel", "id"],
                condition=Q(status="confirmed"),
            ),
            models.Index(
                name="subscription_address", fields=["tenant", "address_hash"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list}, {channel(self.channel).label}"
