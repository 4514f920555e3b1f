"""Defaults per channel: the system's, which operators edit, and a tenant's own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from events.admin.forms import VALUES, DefaultsForm, SystemDefaultsForm
from events.models import SystemDefaults, TenantDefaults
from providers.admin.by_channel import cards
from providers.channels.base import UnknownChannel, channel
from providers.models import Account
from tenants.admin.audited import AuditedAdmin
from tenants.admin.base import OperatorAdmin, TenantAdmin


class DefaultsPages(AuditedAdmin):
    """What both layers' pages do alike: one row per channel, chosen first."""

    ordering = ("channel",)
    model_fields: tuple[str, ...] = ("account",)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """First ask for which channel; those that have a row are not offered."""
        if self.has_add_permission(request) and not request.GET.get("channel"):
            taken = set(self.get_queryset(request).values_list("channel", flat=True))
            return self.page(
                request,
                "admin/notify/choose.html",
                {
                    "title": _("Set defaults: for which channel?"),
                    "groups": [("", cards(without=taken))],
                },
            )
        return super().add_view(request, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["fields"] = self.model_fields
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"channel_code": _channel(request, obj)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        code = _channel(request, obj)
        if not self.has_change_permission(request, obj) and obj is not None:
            return ((None, {"fields": ("shown_channel", *self.model_fields, "said")}),)
        values = tuple(name for name in VALUES if name != "reply_to" or code == "email")
        return (
            (channel(code).label, {"fields": self.model_fields}),
            (_("Values"), {"fields": values}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("shown_channel", "said") if obj is not None else ()

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Any) -> str:
        return str(channel(obj.channel).label)

    @display(description=gettext_lazy("says"))
    def said(self, obj: Any) -> str:
        parts = [f"{name}: {_plain(value)}" for name, value in obj.values.items()]
        return "; ".join(parts) or "-"


@admin.register(TenantDefaults)
class TenantDefaultsAdmin(DefaultsPages, TenantAdmin):
    """What a tenant's requests need not say."""

    form = DefaultsForm
    model_fields = ("account", "sender")
    list_display = ("shown_channel", "account", "sender", "said")
    list_select_related = ("account", "sender")
    change_list_template = "admin/notify/defaults_list.html"
    empty_title = gettext_lazy("No defaults yet")
    empty_text = gettext_lazy(
        "Requests may leave out what stands here. Defaults describe a channel; only an "
        "event or a request switches it on."
    )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With what the system says, which tenants look at and do not change."""
        below = [
            (str(channel(one.channel).label), _of_system(one), one.locked)
            for one in SystemDefaults.objects.select_related("account")
        ]
        context = {"system_defaults": below, **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Chat has no senders: a message comes from its destination."""
        sets = super().get_fieldsets(request, obj)
        if channel(_channel(request, obj)).addresses_are_accounts:
            for _title, one in sets:
                one["fields"] = tuple(
                    name for name in one["fields"] if name != "sender"
                )
        return sets


@admin.register(SystemDefaults)
class SystemDefaultsAdmin(DefaultsPages, OperatorAdmin):
    """The lowest layer of all tenants."""

    form = SystemDefaultsForm
    list_display = ("shown_channel", "account", "said", "shown_locked")
    list_select_related = ("account",)
    empty_title = gettext_lazy("No system defaults")
    empty_text = gettext_lazy(
        "What no tenant, event or request says is taken from here."
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        return (*sets, (_("Locks"), {"fields": ("locked",)}))

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """The system's accounts only."""
        if db_field.name == "account":
            kwargs["queryset"] = Account.of_system()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description=gettext_lazy("locked"))
    def shown_locked(self, obj: SystemDefaults) -> str:
        return ", ".join(obj.locked) or "-"


def _channel(request: HttpRequest, obj: Any) -> str:
    if obj is not None:
        return str(obj.channel)
    try:
        return channel(request.GET.get("channel", "")).code
    except UnknownChannel:
        raise Http404 from None


def _of_system(one: SystemDefaults) -> str:
    """In one line, as the list tells a tenant's own."""
    said = dict(one.values)
    if one.account:
        said["account"] = one.account.name
    return "; ".join(f"{name}: {_plain(value)}" for name, value in said.items())


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
