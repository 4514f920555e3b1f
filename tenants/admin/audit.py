"""The audit: who changed what, to be read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from tenants.admin.base import ReadOnlyAdmin
from tenants.models import AuditEntry


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """The entries of a tenant; operators see the system's as well."""

    list_display = ("at", "actor_label", "action", "object_type", "object_label")
    list_filter = ("actor_kind",)
    # It only grows: a count would cost more than the page.
    paginator = InfinitePaginator
    show_full_result_count = False
    search_fields = ("actor_label", "object_label", "object_id")
    search_help_text = gettext_lazy("Search by person or key, object, or object's id.")
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
        context["changes"] = changes_of(obj) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = ("at", "actor_label", "action", "object_type", "object_label")
        return ((None, {"fields": (*names, "object_id")}),)

    def get_list_display(self, request: HttpRequest) -> Any:
        return tuple(
            "told_at" if name == "at" else name
            for name in super().get_list_display(request)
        )

    @display(description=gettext_lazy("at (UTC)"), ordering="at")
    def told_at(self, obj: AuditEntry) -> str:
        return obj.at.strftime("%Y-%m-%d %H:%M:%S")


def changes_of(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Field, before, after; a secret only says that it changed."""
    rows = []
    for name, change in entry.changes.items():
        if isinstance(change, dict):
            rows.append(
                (name, _shown(change.get("before")), _shown(change.get("after")))
            )
        else:
            rows.append((name, "", _("changed (secret)")))
    return rows


def _shown(value: object) -> str:
    return "" if value is None else str(value)
