"""Template and TemplateVersion: wording under a name, each change a new version.

Layouts and partials are templates of another purpose: they are put around others and
called by them, and have versions in the same way. What a version uses is a foreign key
that protects it.

A version is a draft until it is published, and never changes afterwards: history stays
true. An image is a name for a picture, and pictures never change either: what was
accepted before a new logo came goes out with the old one.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.ids import uuid7
from tenants.models import User
from tenants.scoping import TenantOwned


class Template(TenantOwned):
    """A name for wording on one channel; `published` is the version that is sent."""

    class Purpose(models.TextChoices):
        TEMPLATE = "template", _("Template")
        LAYOUT = "layout", _("Layout")
        PARTIAL = "partial", _("Partial")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.TEMPLATE
    )
    channel = models.CharField(_("channel"), max_length=16)
    description = models.TextField(_("description"), blank=True)
    # What language its own wording is in; its versions hold those of other languages.
    locale = models.CharField(_("language"), max_length=35, blank=True, default="")
    sample_params = models.JSONField(
        _("sample parameters"),
        default=dict,
        blank=True,
        help_text=_("Example values, for previews. Not real people's data."),
    )
    published = models.ForeignKey(
        "TemplateVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name"]
        indexes = [
            models.Index(
                name="template_recent", fields=["tenant", "-created_at", "-id"]
            )
        ]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                Lower("name"),
                name="template_name",
                violation_error_message=_("A template of this name exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(TenantOwned):
    """The wording itself; a draft while `published_at` is empty.

    `engine` keeps the author's spelling ("handlebar"); empty means that the layers
    below decide. An empty `body_type` likewise.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    template = models.ForeignKey(
        Template, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    subject = models.TextField(_("subject"), blank=True)
    body = models.TextField(_("body"))
    body_type = models.CharField(_("body type"), max_length=16, blank=True)
    engine = models.CharField(_("template language"), max_length=20, blank=True)
    layout = models.ForeignKey(
        Template, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # {"fr-CA": {"subject": ..., "body": ...}}: the same words in other languages.
    variants = models.JSONField(_("other languages"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="template_version_number", fields=["template", "number"]
            ),
            models.UniqueConstraint(
                name="template_version_one_draft",
                fields=["template"],
                condition=Q(published_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template.name} v{self.number}"


class TemplatePart(TenantOwned):
    """A partial that a version calls, which therefore cannot be deleted or renamed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(
        TemplateVersion, on_delete=models.CASCADE, related_name="parts"
    )
    part = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="template_part_once", fields=["version", "part"]
            )
        ]

    def __str__(self) -> str:
        return str(self.version)


class Picture(TenantOwned):
    """The bytes of an image as they were uploaded; never changed.

    One that is no image's any more stays until nothing that was accepted with it can be
    sent or looked at (images.forget).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    data = models.BinaryField()
    replaced_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(
                name="picture_replaced",
                fields=["tenant", "replaced_at"],
                condition=Q(replaced_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Image(TenantOwned):
    """A name for a picture; templates, layouts and partials write cid: and the name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=300, blank=True)
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["name"]
        indexes = [
            models.Index(name="image_recent", fields=["tenant", "-created_at", "-id"])
        ]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                Lower("name"),
                name="image_name",
                violation_error_message=_("An image of this name exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateImage(TenantOwned):
    """An image that a version shows, which therefore cannot be deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(
        TemplateVersion, on_delete=models.CASCADE, related_name="images"
    )
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="template_image_once", fields=["version", "image"]
            )
        ]

    def __str__(self) -> str:
        return str(self.version)
