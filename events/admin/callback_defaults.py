"""The default callback: whom a tenant's messages are told to where nobody higher says,
and the system's, for all tenants."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from callbacks.admin.judging import UrlJudging, judged
from events.models import CallbackDefaults
from tenants.admin.forms import AdminForm


class CallbackDefaultsForm(AdminForm):
    """One row for a tenant; an operator above all tenants writes the system's."""

    class Meta:
        model = CallbackDefaults
        fields = ("url", "on")

    def clean_url(self) -> str:
        """Refused in words, beside the field."""
        judged(self.request)
        return str(self.cleaned_data["url"]).strip()


@admin.register(CallbackDefaults)
class CallbackDefaultsAdmin(UrlJudging):
    """A layer of the cascade: an event type or a request that says something wins."""

    form = CallbackDefaultsForm
    operators_add_above_all = True
    list_display = ("__str__", "shown_on")
    ordering = ("id",)
    empty_title = gettext_lazy("No default callback")
    empty_text = gettext_lazy(
        "Your endpoints are told what they listen to. A default callback tells one URL "
        "besides, of every message whose event type or request names no other; without "
        "a URL it switches callbacks off."
    )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """There is one for each tenant, and one for the system: it is changed."""
        tenant = self.workplace(request).tenant
        rows = (
            CallbackDefaults.for_tenant(tenant)
            if tenant
            else CallbackDefaults.of_system()
        )
        said = rows.first() if self.has_add_permission(request) else None
        if said is not None:
            return HttpResponseRedirect(self.url("change", said.pk))
        answer: HttpResponse = super().add_view(request, form_url, extra_context)
        return answer

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ((None, {"fields": ("__str__", "shown_on")}),)
        return ((None, {"fields": CallbackDefaultsForm.Meta.fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("__str__", "shown_on") if obj is not None else ()

    @display(description=gettext_lazy("is told of"))
    def shown_on(self, obj: CallbackDefaults) -> str:
        return str(obj.get_on_display()) if obj.url else _("nothing")
