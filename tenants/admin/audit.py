"""The audit: who changed what, to be read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from tenants.admin import told
from tenants.admin.base import ReadOnlyAdmin
from tenants.admin.paging import InfinitePaginator
from tenants.admin.times import in_both_zones
from tenants.models import AuditEntry


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """The entries of a tenant; operators see the system's as well."""

    list_display = (
        *("told_at", "actor_label", "told_action"),
        *("told_kind", "object_label"),
    )
    list_filter = ("actor_kind", "at")
    # It only grows: a count would cost more than the page.
    paginator = InfinitePaginator
    show_full_result_count = False
    search_fields = ("actor_label", "object_label", "object_id")
    search_help_text = gettext_lazy("Person or key, object, or its id.")
    change_form_template = "admin/notify/audit_entry.html"
    empty_title = gettext_lazy("Nothing has been changed yet")
    empty_text = gettext_lazy("Each change in the admin or by a program stands here.")

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        context["changes"] = told.changes(obj) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = ("told_at", "actor_label", "told_action", "told_kind", "object_label")
        return ((None, {"fields": (*names, "object_id")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("told_at", "told_action", "told_kind")

    @display(description=gettext_lazy("when"), ordering="at")
    def told_at(self, obj: AuditEntry) -> str:
        return in_both_zones(obj.at, timezone.get_current_timezone_name())

    @display(description=gettext_lazy("action"), ordering="action")
    def told_action(self, obj: AuditEntry) -> str:
        return told.action(obj)

    @display(description=gettext_lazy("type of object"), ordering="object_type")
    def told_kind(self, obj: AuditEntry) -> str:
        return told.kind(obj)
