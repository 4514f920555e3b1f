"""The only way to a tenant's rows: `Model.for_tenant(tenant)`.

A model that belongs to a tenant inherits `TenantOwned`; one that the system may own
as well (accounts, senders, templates) inherits `TenantOrSystem`. Code reaches rows by
the class methods below and never by `.objects`; a test forbids it. Saving refuses a
foreign key to another tenant's row. `bulk_create` does not check: build its rows from
what for_tenant gave.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.base import ModelBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.errors import CrossTenantReference


class Scoped(models.Model):
    """Rows with a `tenant`, reached through it. Use one of the two classes below."""

    tenant_id: UUID | None

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Raises CrossTenantReference; one query per foreign key that is not loaded."""
        names = None if update_fields is None else frozenset(update_fields)
        self.refuse_rows_of_others(names)
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=names,
        )

    @classmethod
    def for_tenant(cls, tenant: models.Model | UUID) -> models.QuerySet[Self]:
        """This tenant's own rows, nothing else; no query until it is used."""
        return cls._default_manager.filter(tenant=_required(tenant))

    @classmethod
    def across_tenants(cls) -> models.QuerySet[Self]:
        """All tenants' rows: for queues, retention, the operator's admin. Say why."""
        return cls._default_manager.all()

    def refuse_rows_of_others(self, names: Collection[str] | None = None) -> None:
        """Raise CrossTenantReference if a foreign key (of `names`) leads elsewhere."""
        for field in scoped_foreign_keys(type(self)):
            saved = names is None or field.name in names or field.attname in names
            if saved and _owner(self, field) not in {None, self.tenant_id}:
                raise CrossTenantReference(
                    _("%(field)s belongs to another tenant. Choose one of your own.")
                    % {"field": field.verbose_name},
                    field=field.name,
                )


class TenantOwned(Scoped):
    """A row that belongs to one tenant, for ever."""

    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=gettext_lazy("tenant"),
    )

    class Meta:
        abstract = True


class TenantOrSystem(Scoped):
    """A row of one tenant, or of the system (no tenant), which all tenants may use."""

    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=gettext_lazy("tenant"),
        help_text=gettext_lazy("Empty: it belongs to the system, all tenants use it."),
    )

    class Meta:
        abstract = True

    @classmethod
    def offered_to(cls, tenant: models.Model | UUID) -> models.QuerySet[Self]:
        """The tenant's own rows and the system's."""
        return cls._default_manager.filter(
            Q(tenant=_required(tenant)) | Q(tenant__isnull=True)
        )

    @classmethod
    def of_system(cls) -> models.QuerySet[Self]:
        """The system's rows only."""
        return cls._default_manager.filter(tenant__isnull=True)


def scoped_foreign_keys(
    model: type[models.Model],
) -> list[models.ForeignKey[Any, Any]]:
    """The foreign keys of `model` that lead to models with a tenant."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and issubclass(field.related_model, Scoped)
    ]


def _owner(row: models.Model, field: models.ForeignKey[Any, Any]) -> UUID | None:
    """The tenant of what `field` points to; None if it is the system's or nothing."""
    value = getattr(row, field.attname)
    if value is None:
        return None
    if field.is_cached(row):
        owner: UUID | None = getattr(row, field.name).tenant_id
        return owner
    target = field.related_model._default_manager.filter(
        **{field.target_field.attname: value}
    )
    found: UUID | None = target.values_list("tenant_id", flat=True).first()
    return found


def _required(tenant: models.Model | UUID | None) -> models.Model | UUID:
    # filter(tenant=None) would mean IS NULL: the system's rows.
    if tenant is None or (isinstance(tenant, models.Model) and tenant.pk is None):
        raise TypeError("for_tenant() needs a saved tenant.")
    return tenant
