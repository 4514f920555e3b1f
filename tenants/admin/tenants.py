"""Tenants: operators make them, a tenant's administrators change what is theirs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from tenants.admin.audited import AuditedAdmin
from tenants.admin.steps import step
from tenants.models import Tenant
from tenants.workplace import enter

# What an administrator of the tenant may change; the rest is agreed with operators.
_OWN = {
    *("name", "time_zone", "locale", "phone_region"),
    *("missing_params", "idempotency_window_seconds"),
}


@admin.register(Tenant)
class TenantsAdmin(AuditedAdmin):
    """All tenants for operators, one's own for its people."""

    list_display = ("name", "slug", "time_zone", "active", "created_at")
    search_fields = ("name", "slug")
    list_filter = ("active",)
    steps = ("enter",)
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("source", "told_links", "told_groups", "created_at")
    empty_title = _("No tenants yet")
    empty_text = _(
        "A tenant is an application with its own everything. Add the first one, then "
        "give somebody a place in it."
    )
    fieldsets = (
        (None, {"fields": ("name", "slug", "active", "trial")}),
        (
            _("Place and language"),
            {"fields": ("time_zone", "locale", "phone_region")},
        ),
        (
            _("Requests"),
            {
                "fields": (
                    "missing_params",
                    "idempotency_window_seconds",
                    "max_delay_days",
                    "system_accounts_step_in",
                    "requests_per_minute_live",
                    "requests_per_minute_test",
                )
            },
        ),
        (
            _("How long things are kept"),
            {"fields": ("content_retention_days", "metadata_retention_days")},
        ),
        (
            _("Registration"),
            {
                "fields": (
                    *("gateway_consumer", "external_id", "source"),
                    *("told_links", "told_groups", "created_at"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        place = self.workplace(request)
        rows = super().get_queryset(request)
        if place.is_operator:
            return rows
        return rows.filter(id=place.tenant.id) if place.tenant else rows.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.workplace(request).may(Tenant, "view")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.workplace(request).may(Tenant, "change")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.workplace(request).is_operator

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: it would take the history along. A tenant is switched off."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = tuple(super().get_readonly_fields(request, obj))
        if self.workplace(request).is_operator:
            return fixed
        names = [name for _title, one in self.fieldsets for name in one["fields"]]
        return tuple(name for name in names if name not in _OWN or name in fixed)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @display(description=_("links"))
    def told_links(self, obj: Tenant) -> str:
        """The same tenant in other shared services."""
        return ", ".join(f"{name}: {url}" for name, url in obj.links.items()) or "-"

    @display(description=_("groups by role"))
    def told_groups(self, obj: Tenant) -> str:
        """Whose people have which role, of a directory's tenant."""
        told = (f"{role}: {', '.join(ids)}" for role, ids in obj.role_groups.items())
        return "; ".join(told) or "-"

    @step(_("Work in this tenant"), icon="login", operators=True)
    def enter(self, request: HttpRequest, obj: Tenant) -> HttpResponse:
        """Make it the active tenant."""
        enter(request, obj.id)
        return HttpResponseRedirect(reverse("admin:index"))
