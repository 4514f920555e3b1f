"""Group and Member: people under a name, for one channel."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedTextField
from notify_project.db.ids import uuid7
from providers.models import Service
from tenants.scoping import TenantOwned


class Group(TenantOwned):
    """A name for addresses of one channel; recipients name it as {"group": "..."}."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(_("channel"), max_length=16)
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    # Kept by a directory: then its people are asked for, and there are no members.
    directory = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("directory"),
    )
    directory_group = models.CharField(
        _("group in the directory"), max_length=200, blank=True
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                "channel",
                Lower("name"),
                name="group_name",
                violation_error_message=_("A group of this name exists already."),
            ),
            models.CheckConstraint(
                name="group_directory",
                condition=Q(directory__isnull=True, directory_group="")
                | Q(directory__isnull=False) & ~Q(directory_group=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(TenantOwned):
    """One address of a group, as it was given; the hash is of its normal form."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    address = SealedTextField()
    address_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(
                name="group_member_once", fields=["group", "address_hash"]
            )
        ]
        indexes = [
            models.Index(name="group_member_address", fields=["tenant", "address_hash"])
        ]

    def __str__(self) -> str:
        return str(self.id)
