"""Defaults per channel: the system's, which operators edit, and a tenant's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from events import defaulting, layers, naming
from events.admin import channel_fields, channel_values, places
from events.admin.channel_fields import SYSTEM, TENANT, Level
from events.admin.forms import SystemDefaultsForm, TenantDefaultsForm
from events.admin.offering import OfferingPages
from events.models import ChannelDefaults, SystemDefaults, TenantDefaults
from providers.admin.by_channel import cards
from providers.channels.base import UnknownChannel, channel
from tenants import auditing
from tenants.admin import telling
from tenants.admin.audited import AuditedAdmin
from tenants.admin.base import OperatorAdmin

# What of the sealed values the audit tells: settings, in which nobody is named.
_AUDITED = ("bodyType", "defaultRenderer", "priority", "onUnknown")


class DefaultsPages(AuditedAdmin):
    """What both layers' pages do alike: one row per channel, chosen first."""

    ordering = ("channel",)
    level: ClassVar[Level]
    change_form_template = "admin/notify/defaults_form.html"
    list_display: Any = ("shown_channel", "said")

    class Media:
        js = ("notify_project/chips.js",)

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
        kwargs["fields"] = []
        made = super().get_form(request, obj, change, **kwargs)
        code = _channel(request, obj)
        fields = channel_fields.fields(channel(code), self.level)
        return type(made.__name__, (made,), {**fields, "channel_code": code})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        code = _channel(request, obj)
        if not self.has_change_permission(request, obj) and obj is not None:
            return ((None, {"fields": ("shown_channel", "said")}),)
        kind = channel(code)
        sets = list(channel_fields.groups_of(kind, self.level))
        sets[0] = (f"{kind.label}, {sets[0][0]}", sets[0][1])  # which one it is of
        return tuple((title, {"fields": tuple(names)}) for title, names in sets)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("shown_channel", "said") if obj is not None else ()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        defaulting.withdraw(obj)

    def audit_snapshot(self, obj: Any) -> dict[str, object]:
        """The values are sealed, so that only "changed" would be told of settings."""
        settings = {name: obj.values.get(name) for name in _AUDITED}
        return {**auditing.snapshot(obj), **settings}

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Any) -> str:
        return str(channel(obj.channel).label)

    @display(description=gettext_lazy("says"))
    def said(self, obj: Any) -> str:
        """Each of its fields that says something, on a line."""
        lines = ((telling.labelled(*one),) for one in says(obj, self.level))
        # One element, or a narrow page lays them side by side.
        told = format_html_join("", "<div>{}</div>", lines)
        return format_html("<div>{}</div>", told) if told else "-"


@admin.register(TenantDefaults)
class TenantDefaultsAdmin(DefaultsPages, OfferingPages):
    """What a tenant's requests need not say."""

    form = TenantDefaultsForm
    level = TENANT
    list_select_related = ("account", "sender", "template")
    change_list_template = "admin/notify/defaults_list.html"
    empty_title = gettext_lazy("No defaults yet")
    empty_text = gettext_lazy(
        "Requests may leave out what stands here. Defaults describe a channel; only an "
        "event or a request switches it on."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return naming.with_names(super().get_queryset(request))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With what the system says, which tenants look at and do not change."""
        below = [
            (
                channel(one.channel).label,
                [telling.labelled(*said) for said in says(one, SYSTEM)],
                [places.in_words(f"{one.channel}.{name}") for name in one.locked],
            )
            for one in SystemDefaults.objects.select_related("account")
        ]
        context = {"system_defaults": below, **(extra_context or {})}
        return super().changelist_view(request, context)


@admin.register(SystemDefaults)
class SystemDefaultsAdmin(DefaultsPages, OperatorAdmin):
    """The lowest layer of all tenants."""

    form = SystemDefaultsForm
    level = SYSTEM
    list_display = ("shown_channel", "said", "shown_locked")
    list_select_related = ("account",)
    empty_title = gettext_lazy("No system defaults")
    empty_text = gettext_lazy(
        "What no tenant, event or request says is taken from here."
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        return (*sets, (_("Locks"), {"fields": ("locked",)}))

    @display(description=gettext_lazy("locked"))
    def shown_locked(self, obj: SystemDefaults) -> str:
        return ", ".join(obj.locked) or "-"


def says(row: ChannelDefaults, level: Level) -> Iterator[tuple[str, str]]:
    """What a row says in words: (label, value)."""
    kind, design = channel(row.channel), layers.design_of(row)
    return channel_values.told(kind, design, _names(row), level)


def _names(row: ChannelDefaults) -> Mapping[str, str]:
    """Of all that the row refers to, by id."""
    referred: list[Any] = [row.account]
    if isinstance(row, TenantDefaults):
        referred += [row.sender, row.template]
        referred += naming.referred_by(row)
    return {str(one.pk): str(one) for one in referred if one is not None}


def _channel(request: HttpRequest, obj: Any) -> str:
    if obj is not None:
        return str(obj.channel)
    try:
        return channel(request.GET.get("channel", "")).code
    except UnknownChannel:
        raise Http404 from None
