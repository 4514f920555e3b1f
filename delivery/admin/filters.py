"""What the list of notifications can be narrowed to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from delivery import telling
from delivery.models import DailyCount, Message
from providers.channels.base import channels
from tenants.workplace import workplace_of

_EVENT_TYPES = 200


class StatusFilter(admin.SimpleListFilter):
    """One status."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return list(telling.OVERALL_WORDS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() else queryset


class EventTypeFilter(admin.SimpleListFilter):
    """Notifications of one event type, by the name that it had when it was asked for.

    The names are those of the reports: to look for them in the history would cost more
    than the list.
    """

    title = gettext_lazy("event type")
    parameter_name = "event_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        tenant = workplace_of(request).tenant
        if tenant is None:
            return []
        rows = DailyCount.for_tenant(tenant).exclude(event_type="").order_by()
        names = rows.values_list("event_type", flat=True).distinct()[:_EVENT_TYPES]
        return [(one, one) for one in sorted({*names, *filter(None, [self.asked])})]

    def __init__(self, request: Any, params: Any, model: Any, model_admin: Any) -> None:
        # What is asked for is offered, though no report has counted it yet.
        self.asked = request.GET.get(self.parameter_name, "")[:100]
        super().__init__(request, params, model, model_admin)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.filter(event_type__iexact=self.value())  # as its index


class ChannelFilter(admin.SimpleListFilter):
    """Notifications that have a message on that channel."""

    title = gettext_lazy("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(one.code, one.label) for one in channels()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        # The list is scoped; this looks into messages of its notifications only.
        over = Message.across_tenants().filter(
            notification=OuterRef("id"),
            tenant=OuterRef("tenant"),
            channel=self.value(),
        )
        return queryset.filter(Exists(over))
