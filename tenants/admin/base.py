"""TenantAdmin and OperatorAdmin: who sees which rows, and who may do what with them.

An id of another tenant's row answers 404 everywhere; lists, choices, filters and
actions hold rows of the active tenant only.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.admin.audited import AuditedAdmin
from tenants.models import Tenant
from tenants.scoping import Scoped, TenantOrSystem
from tenants.workplace import Workplace


class TenantAdmin(AuditedAdmin):
    """Rows of the active tenant; what the person's role may do with them.

    `shows_system_rows` adds the system's rows, to be looked at only. An operator above
    all tenants sees everything, and enters a tenant to add to it.
    """

    shows_system_rows = False
    operators_add_above_all = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self.rows_of(self.workplace(request))
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def rows_of(self, place: Workplace) -> QuerySet[Any]:
        """The rows that somebody at this place may know of."""
        model: type[Scoped] = self.model
        if place.tenant is None:
            # Operators stand above all tenants; a person without any sees nothing.
            everything = model.across_tenants()
            return everything if place.is_operator else everything.none()
        if self.shows_system_rows and issubclass(model, TenantOrSystem):
            return model.offered_to(place.tenant)
        return model.for_tenant(place.tenant)

    def allows(self, request: HttpRequest, action: str, obj: Any = None) -> bool:
        """Whether the person may do it, to that row or at all."""
        place = self.workplace(request)
        if not place.may(self.model, action):
            return False
        if action == "add":
            return place.tenant is not None or self.operators_add_above_all
        if obj is None or isinstance(obj, str) or place.is_operator:
            return True
        own = place.tenant is not None and obj.tenant_id == place.tenant.id
        return own or (
            action == "view" and self.shows_system_rows and obj.tenant_id is None
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, "view")

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Choices of the tenant's own rows, and the system's where it has some."""
        kwargs["queryset"] = self.choices_for(db_field.related_model, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def choices_for(
        self, model: type[models.Model], request: HttpRequest
    ) -> QuerySet[Any]:
        """What a foreign key of this row may point to; nothing where it is not ours."""
        tenant: Tenant | None = getattr(
            request, "form_tenant", self.workplace(request).tenant
        )
        if not issubclass(model, Scoped) or tenant is None:
            return model._meta.default_manager.none()  # type: ignore[union-attr]
        if issubclass(model, TenantOrSystem):
            return model.offered_to(tenant)
        return model.for_tenant(tenant)

    def list_note(self, request: HttpRequest) -> str:
        place = self.workplace(request)
        if place.tenant is None and place.is_operator and place.choices:
            return _(
                "You see all tenants' rows. Choose a tenant at the left to add to it."
            )
        return ""

    def get_list_display(self, request: HttpRequest) -> Any:
        """Where rows are of several, say whose each is."""
        shown = tuple(super().get_list_display(request))
        place = self.workplace(request)
        above_all = place.tenant is None and place.is_operator
        return (*shown, "owner") if above_all or self.shows_system_rows else shown

    def get_list_select_related(self, request: HttpRequest) -> Any:
        given = super().get_list_select_related(request)
        return ("tenant", *given) if isinstance(given, list | tuple) else ("tenant",)

    def owner(self, obj: Any) -> str:
        """The tenant of a row, or the system."""
        return str(obj.tenant) if obj.tenant_id else _("System")

    owner.short_description = gettext_lazy("tenant")  # type: ignore[attr-defined]


class OperatorAdmin(AuditedAdmin):
    """Rows above the tenants: for operators, and for nobody else known to exist."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if self.workplace(request).is_operator else rows.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.workplace(request).is_operator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.workplace(request).is_operator

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.workplace(request).is_operator

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.workplace(request).is_operator

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.workplace(request).is_operator


class ReadOnlyAdmin(TenantAdmin):
    """Rows that are looked at and never touched."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
