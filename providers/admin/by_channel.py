"""What lists and forms say of channels: a filter, an icon, a card to choose by."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from providers.channels.base import channels
from tenants.admin.choices import Choice

_ICONS = {"email": "mail", "sms": "sms", "msgApp": "forum"}


class ChannelFilter(admin.SimpleListFilter):
    """One channel's rows."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(one.code, one.label) for one in channels()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(channel=self.value()) if self.value() else queryset


def icon(code: str) -> str:
    """The name of a channel's symbol; a new channel has a general one."""
    return _ICONS.get(code, "send")


def cards(*, without: Collection[str] = ()) -> list[Choice]:
    """A card per channel, leading to ?channel=."""
    return [
        Choice(one.label, "", f"?channel={one.code}", icon(one.code))
        for one in channels()
        if one.code not in without
    ]
