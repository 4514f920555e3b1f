"""Endpoints: listed, added, changed, removed; and how they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from callbacks import endpoints, kinds
from callbacks.admin import words
from callbacks.admin.endpoint_acts import EndpointActs
from callbacks.admin.endpoint_form import EndpointForm, ViewForm
from callbacks.models import Endpoint, Expunging, Recovery
from tenants.admin.times import in_both_zones
from tenants.workplace import Workplace

_LAST = 5
_ANY = "all"
_ENDS_A_HOST = re.compile(r"[/?#@]")
_FILTERS = ("events", "channels")
_TAKES = ("per_second", "concurrency", "retries_refusals")
_TOLD = (
    *("kind", "origin", "told_health", "off_at", "failing_since"),
    *("told_callbacks", "told_recoveries", "told_expungings", "created_at"),
)


class OriginFilter(admin.SimpleListFilter):
    """Those that were registered, unless somebody wants the others too."""

    title = gettext_lazy("origin")
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            (Endpoint.Origin.NAMED, Endpoint.Origin.NAMED.label),
            (_ANY, gettext_lazy("All")),
        ]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": Endpoint.Origin.REGISTERED.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == _ANY:
            return queryset
        return queryset.filter(origin=self.value() or Endpoint.Origin.REGISTERED)


@admin.register(Endpoint)
class EndpointsAdmin(EndpointActs):
    """With those of the service callback API; those that requests have named, of which
    there may be thousands, are listed for whoever asks for them."""

    form = EndpointForm
    list_display = ("shown_url", "kind", "told_of", "state", "created_at")
    list_filter = (OriginFilter, "active", "kind")
    search_fields = ("url", "description")
    search_help_text = gettext_lazy("Host or description, or a part of it")
    ordering = ("-created_at", "-id")
    steps = ("example", "recover", "new_secret", "expunge")
    empty_title = gettext_lazy("No endpoints yet")
    empty_text = gettext_lazy(
        "An endpoint is an address of your program. It is told what becomes of your "
        "messages: signed, and tried again for three days. Add one, then send it an "
        "example."
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the whole URL for those who may change it; by the host for all others, who
        could spell out the rest of it letter by letter."""
        if self.has_change_permission(request):
            return super().get_search_results(request, queryset, search_term)
        for word in search_term.split():
            queryset = queryset.filter(Q(description__icontains=word) | _host_has(word))
        return queryset, False

    # --- The form ---

    def kind_of(self, obj: Any) -> str:
        return obj.kind if obj is not None else kinds.EVENTS

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change, fields=(), form=ViewForm)
        fields = EndpointForm.Meta.fields
        return super().get_form(request, obj, change, fields=fields)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ((None, {"fields": ("shown_url", "told_of", *_TOLD)}),)
        hears = () if obj is not None and obj.kind != kinds.EVENTS else _FILTERS
        has_token = obj is not None and obj.bearer_token
        token = ("bearer_token", *(("forget_token",) if has_token else ()))
        sets = [
            (None, {"fields": ("url", "description", *hears, "active")}),
            (_("How it knows that it is us"), {"fields": (*token, "hex_signature")}),
            (_("How much it takes"), {"fields": _TAKES}),
        ]
        if obj is not None:
            sets.append((_("How it does"), {"fields": _TOLD}))
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*_TOLD, "shown_url", "told_of") if obj is not None else ()

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        return self.shown_once(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Switched on again, it has missed something."""
        was_on = getattr(request, "audit_before", {}).get("active")
        if obj.active and not was_on:
            messages.info(
                request,
                _(
                    "It is on again: what waits goes out now. What failed meanwhile "
                    "goes out once more by “Send again what failed”."
                ),
            )
            return HttpResponseRedirect(self.url("change", obj.pk))
        return super().response_change(request, obj)

    def rows_of(self, place: Workplace) -> QuerySet[Any]:
        return super().rows_of(place).filter(removed_at=None)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """All that it was told goes with it, too much to be listed."""
        return [str(one) for one in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        endpoints.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for one in queryset:
            endpoints.remove(one)

    # --- Columns ---

    @display(description=gettext_lazy("endpoint"), ordering="url")
    def shown_url(self, obj: Endpoint) -> str:
        """The whole URL stands in the form, for those who may change it."""
        if not obj.description:
            return obj.host
        both = '{}<br><span class="notify-subtle">{}</span>'
        return format_html(both, obj.description, obj.host)

    @display(description=gettext_lazy("which events"))
    def told_of(self, obj: Endpoint) -> str:
        if obj.kind != kinds.EVENTS:
            return "-"
        named = obj.origin == Endpoint.Origin.NAMED
        everything = _("what requests ask for") if named else _("everything")
        return ", ".join([*obj.events, *obj.channels]) or everything

    @display(
        description=gettext_lazy("state"),
        label={"on": "success", "failing": "warning", "off": "danger"},
    )
    def state(self, obj: Endpoint) -> tuple[str, str]:
        return words.health(obj)

    @display(description=gettext_lazy("state"))
    def told_health(self, obj: Endpoint) -> str:
        return words.health(obj)[1]

    @display(description=gettext_lazy("what it was told"))
    def told_callbacks(self, obj: Endpoint) -> str:
        listed = reverse(f"{self.admin_site.name}:callbacks_callback_changelist")
        link = '<a class="notify-link" href="{}?endpoint={}">{}</a>'
        return format_html(link, listed, obj.pk, _("Every callback, with its attempts"))

    @display(description=gettext_lazy("recoveries"))
    def told_recoveries(self, obj: Endpoint) -> str:
        """The last ones, and how far they are."""
        return _last(Recovery, obj, _("%(count)d sent again"))

    @display(description=gettext_lazy("deletions of content"))
    def told_expungings(self, obj: Endpoint) -> str:
        """The same of these."""
        return _last(Expunging, obj, _("%(count)d deleted"))


def _host_has(word: str) -> Q:
    """URLs whose host, without whom it is asked as, has this in it."""
    if _ENDS_A_HOST.search(word):
        return Q(pk__in=())
    host = rf"[^/?#@]*{re.escape(word)}[^/?#@]*"
    return Q(url__iregex=rf"^https?://([^/?#]*@)?{host}([/?#]|$)")


def _last(
    model: type[Recovery] | type[Expunging], endpoint: Endpoint, words: str
) -> str:
    rows = model.for_tenant(endpoint.tenant_id).filter(endpoint=endpoint)
    zone = endpoint.tenant.time_zone
    told = (
        (
            in_both_zones(one.created_at, zone),
            words % {"count": one.count},
            _("done") if one.finished_at else _("under way"),
        )
        for one in rows.order_by("-created_at", "-id")[:_LAST]
    )
    return format_html_join("", "<div>{}<br>{}, {}</div>", told) or "-"
