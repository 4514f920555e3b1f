"""By what event types are narrowed in their list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.models import EventType, EventVersion
from providers.channels.base import channels

_CATEGORIES = 50


class StateFilter(admin.SimpleListFilter):
    """What is heard of it, and whether a change waits."""

    title = _("version")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("published", _("Published")),
            ("changed", _("Published, with a newer draft")),
            ("draft", _("Never published")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "draft":
            return queryset.filter(published__isnull=True)
        if self.value() in ("published", "changed"):
            queryset = queryset.filter(published__isnull=False)
        return _with_draft(queryset) if self.value() == "changed" else queryset


class SendsOverFilter(admin.SimpleListFilter):
    """Which channel the published version sends over."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(one.code, one.label) for one in channels()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.filter(
            published__channels__channel=self.value(), published__channels__on=True
        )


class CategoryFilter(admin.SimpleListFilter):
    """The categories that there are."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        rows: QuerySet[EventType] = model_admin.get_queryset(request)
        named = rows.exclude(category="").order_by("category")
        found = named.values_list("category", flat=True).distinct()[:_CATEGORIES]
        return [(one, one) for one in found]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(category=self.value()) if self.value() else queryset


def _with_draft(rows: Any) -> Any:
    # Each is of the row outside, which is of the tenant.
    drafts = EventVersion.across_tenants().filter(
        event_type=OuterRef("pk"), published_at__isnull=True
    )
    return rows.filter(Exists(drafts))
