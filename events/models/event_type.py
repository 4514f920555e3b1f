"""EventType: a tenant's named occasion; its versions, and what each says per channel.

A version is a draft until it is published, and never changes afterwards, so that
history stays true. What a layer refers to (template, sender, account, group) is a
foreign key that protects it; free values are sealed, for recipients are among them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from providers.models import Account, Sender, Service
from recipients.models import Group, SubscriberList
from templates_app.models import Image, Template
from tenants.models import User
from tenants.scoping import TenantOwned


class EventType(TenantOwned):
    """What callers name; `published` is the version that is heard."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The short name is here for lists; EventName has it with the aliases, unique.
    name = models.CharField(_("short name"), max_length=100)
    display_name = models.CharField(_("name for people"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    active = models.BooleanField(
        _("active"), default=True, help_text=_("When off, calls that name it get 422.")
    )
    published = models.ForeignKey(
        "EventVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("event type")
        verbose_name_plural = _("event types")
        ordering = ["name"]
        indexes = [
            models.Index(
                name="event_type_recent", fields=["tenant", "-created_at", "-id"]
            )
        ]

    def __str__(self) -> str:
        return self.name


class EventName(TenantOwned):
    """A name that finds an event type: its short name, or an alias."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event_type = models.ForeignKey(
        EventType, on_delete=models.CASCADE, related_name="names"
    )
    name = models.CharField(max_length=100)
    is_alias = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="event_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class EventVersion(TenantOwned):
    """One design of an event type; a draft while `published_at` is empty."""

    class Urgency(models.TextChoices):
        CRITICAL = "critical", _("Critical")
        HIGH = "high", _("High")
        NORMAL = "normal", _("Normal")
        LOW = "low", _("Low")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event_type = models.ForeignKey(
        EventType, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    urgency = models.CharField(
        _("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.NORMAL
    )
    mandatory = models.BooleanField(_("mandatory"), default=False)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    expires_after_seconds = models.PositiveIntegerField(
        _("expires after (seconds)"), null=True, blank=True
    )
    idempotency_window_seconds = models.PositiveIntegerField(
        _("equal requests count as one for (seconds)"), null=True, blank=True
    )
    params_schema = models.JSONField(_("expected params"), default=dict, blank=True)
    sample_params = SealedJSONField(default=dict)
    params = SealedJSONField(default=dict)
    # Who is told, as a request would say it; null says nothing.
    callback = SealedJSONField(null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    class Meta:
        verbose_name = _("event type version")
        verbose_name_plural = _("event type versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="event_version_number", fields=["event_type", "number"]
            ),
            models.UniqueConstraint(
                name="event_version_one_draft",
                fields=["event_type"],
                condition=Q(published_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type.name} v{self.number}"


class EventDefaults(TenantOwned):
    """What a version says of one channel. Where it is not `on`, it only describes it.

    `values` holds free fields by their names in the API: recipients, content, replyTo,
    headers, attachments, priority, onUnknown, params.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(
        EventVersion, on_delete=models.CASCADE, related_name="channels"
    )
    channel = models.CharField(_("channel"), max_length=16)
    on = models.BooleanField(_("sends over this channel"), default=True)
    template = models.ForeignKey(
        Template, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sender = models.ForeignKey(
        Sender, on_delete=models.PROTECT, null=True, related_name="+"
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    values = SealedJSONField(default=dict)

    class Meta:
        ordering = ["channel"]
        constraints = [
            models.UniqueConstraint(
                name="event_defaults_channel", fields=["version", "channel"]
            )
        ]

    def __str__(self) -> str:
        """Where something is used; of a version that one could only go back to."""
        earlier = self.version.published_at is not None and (
            self.version.event_type.published_id != self.version_id
        )
        if not earlier:
            return str(self.version)
        return _now("%(version)s (earlier version)") % {"version": self.version}


class EventDocument(TenantOwned):
    """What a version's attachments are made of, or by, which stays therefore."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    defaults = models.ForeignKey(
        EventDefaults, on_delete=models.CASCADE, related_name="documents"
    )
    template = models.ForeignKey(
        Template, on_delete=models.PROTECT, null=True, related_name="+"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="event_document_once", fields=["defaults", "template"]
            ),
            models.UniqueConstraint(
                name="event_service_once", fields=["defaults", "service"]
            ),
            models.CheckConstraint(
                condition=Q(template__isnull=True) ^ Q(service__isnull=True),
                name="event_document_is_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.defaults)


class EventImage(TenantOwned):
    """An image that a version's own words show, which therefore cannot be deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    defaults = models.ForeignKey(
        EventDefaults, on_delete=models.CASCADE, related_name="images"
    )
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="event_image_once", fields=["defaults", "image"]
            )
        ]

    def __str__(self) -> str:
        return str(self.defaults)


class EventGroup(TenantOwned):
    """A group that a version's recipients name, which therefore cannot be deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    defaults = models.ForeignKey(
        EventDefaults, on_delete=models.CASCADE, related_name="groups"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="event_group_once", fields=["defaults", "group"]
            )
        ]

    def __str__(self) -> str:
        return str(self.defaults)


class EventList(TenantOwned):
    """A list that a version's recipients name, which therefore cannot be deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    defaults = models.ForeignKey(
        EventDefaults, on_delete=models.CASCADE, related_name="lists"
    )
    list = models.ForeignKey(SubscriberList, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="event_list_once", fields=["defaults", "list"])
        ]

    def __str__(self) -> str:
        return str(self.defaults)
