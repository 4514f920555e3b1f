"""What the list of notifications can be narrowed to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from delivery import telling
from delivery.models import Message
from providers.channels.base import channels


class StatusFilter(admin.SimpleListFilter):
    """One status."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return list(telling.OVERALL_WORDS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() else queryset


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
