"""What was composed, sealed: one Content per channel of a notification."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from delivery.models.notification import Notification
from notify_project.db.encryption import (
    SealedBinaryField,
    SealedJSONField,
    SealedTextField,
)
from notify_project.db.ids import uuid7
from tenants.scoping import TenantOwned


class Content(TenantOwned):
    """The rendered words, shared by all messages of the channel; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="contents"
    )
    channel = models.CharField(_("channel"), max_length=16)
    # The template's name, as it was called then; reports count by it.
    template = models.CharField(
        _("template"), max_length=200, blank=True, db_default=""
    )
    body = SealedJSONField()

    def listed_files(self) -> models.QuerySet[Attachment]:
        """Its files without what is in them; `unmade` are those still to be made."""
        light = self.attachments.defer("data", "recipe")
        return light.annotate(unmade=Q(recipe__isnull=False))

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")


class Attachment(TenantOwned):
    """One file of a content; bytes and name are sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    content = models.ForeignKey(
        Content, on_delete=models.CASCADE, related_name="attachments"
    )
    position = models.PositiveSmallIntegerField(default=0)
    filename = SealedTextField()
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    data = SealedBinaryField()
    # What the file is yet to be made of (delivery/documents.py); null once it is there.
    recipe = SealedJSONField(null=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["position"]


class OwnWords(TenantOwned):
    """What one person reads instead of the content's words: theirs were made with a
    language or params of their own."""

    message = models.OneToOneField(
        "delivery.Message",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="own_words",
    )
    body = SealedJSONField()

    class Meta:
        verbose_name = _("words of one's own")
        verbose_name_plural = _("words of one's own")
