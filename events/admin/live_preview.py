"""What an event type would send as it stands in the form, while it is being typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from events import checking
from events.admin import rehearsals
from events.admin.real_params import RealParams
from events.admin.rehearsals import Rehearsed
from events.errors import InvalidDesign

if TYPE_CHECKING:  # mixed into the form that the admin makes for a request
    from events.admin.event_form import EventTypeForm as _Form
else:
    _Form = object

_UNNAMED = "draft"  # while nobody has given it a name; no recipient sees it


class Rehearsing(_Form):
    """The form of an event type, whose step only shows what would be sent.

    What saving or a call would refuse stands beside its field.
    """

    shown: Rehearsed = Rehearsed()
    real: Mapping[str, Any] | None = None  # params instead of the samples

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False

    def clean_callback_url(self) -> str:
        """Who is told changes no message; the name in it is looked up when saved."""
        return str(self.cleaned_data["callback_url"])

    def step(self) -> Any:
        if self.tenant is None:  # the page is closed without one
            raise InvalidDesign(_("Choose a tenant first."))
        name = str(self.cleaned_data["name"]) or _UNNAMED
        design = replace(self._design(), callback=None)
        params = design.sample_params if self.real is None else self.real
        unrehearsed = replace(design, sample_params={})
        checking.ensure_sound(self.tenant, name, unrehearsed)
        self.shown = rehearsals.of_design(
            self.tenant, name, design, params, at_once=True
        )
        return self.instance


class LivePages(RealParams):
    """The address that the form asks as somebody types."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.live_view)
        own = [
            path("live/", view, name="events_eventtype_live_new"),
            path("<path:object_id>/live/", view, name="events_eventtype_live"),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        if self._may_write(request, obj):
            ids = [obj.pk] if obj else []
            context["live_url"] = self.url("live" if obj else "live_new", *ids)
            if obj and self.may_use_real(request, obj):
                context["last_call_url"] = self.url("last_call", obj.pk)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def live_view(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        """By POST, what the form holds; stores nothing, however it is answered."""
        event = self.get_object(request, object_id) if object_id else None
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self._may_write(request, event):
            raise PermissionDenied
        typed = request.POST.copy()
        typed.pop("seen", None)  # nothing is saved, so nobody's words are lost
        look = str(request.headers.get("X-Look", ""))
        real = self.params_of_look(request, event, look) if event else None
        made: Any = self.get_form(request, event, change=event is not None)
        form_class = type("LiveForm", (Rehearsing, made), {"real": real})
        form = form_class(typed, instance=event)
        problems = list(self._problems(request, event, form))
        context = {"shown": form.shown, "problems": problems}
        answer = JsonResponse(
            {
                "fields": {name: texts for name, _label, texts in problems if name},
                "problems": _rendered(request, "live_problems", context),
                "shown": ""
                if problems
                else _rendered(request, "live_channels", context),
            }
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _may_write(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)

    def _problems(
        self, request: HttpRequest, event: Any, form: Any
    ) -> Iterator[tuple[str, str, list[str]]]:
        """(field, its label within its tab, sentences); "" is no field."""
        titles = {
            name: title
            for title, one in self.get_fieldsets(request, event)
            for name in one["fields"]
        }
        for name, told in form.errors.items():
            if name in form.fields:
                parts = (titles.get(name), form.fields[name].label)
                label = ": ".join(str(part) for part in parts if part)
                yield name, label, list(map(str, told))
            else:
                yield "", "", list(map(str, told))


def _rendered(request: HttpRequest, name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"admin/notify/{name}.html", context, request)
