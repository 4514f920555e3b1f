"""What an event type would send as it stands in the form, while it is being typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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
from templates_app.errors import TemplateError
from templates_app.params import plain

if TYPE_CHECKING:  # mixed into the form that the admin makes for a request
    from events.admin.event_form import EventTypeForm as _Form
else:
    _Form = object


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence, and the form's field that it stands at: `label` is told first, unless
    the sentence begins with it. "" is no field."""

    text: str
    field: str = ""
    label: str = ""

    @property
    def rest(self) -> str:
        """What comes after the label."""
        if not self.label:
            return self.text
        if self.text.startswith(self.label):
            return self.text.removeprefix(self.label)
        return _(": %(text)s") % {"text": self.text}


_UNNAMED = "draft"  # while nobody has given it a name; no recipient sees it


class Rehearsing(_Form):
    """The form of an event type, whose step only shows what would be sent.

    What saving or a call would refuse stands beside its field.
    """

    shown: Rehearsed = Rehearsed()
    real: Mapping[str, Any] | None = None  # params instead of the samples
    makes: bool = False  # files, and words of a service: somebody asked for them

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
        _ensure_fit(params)
        unrehearsed = replace(design, sample_params={})
        checking.ensure_sound(self.tenant, name, unrehearsed)
        self.shown = rehearsals.of_design(
            self.tenant, name, design, params, at_once=not self.makes
        )
        return self.instance


def _ensure_fit(params: Mapping[str, Any]) -> None:
    """Told once, where they stand, and not at all that is filled with them."""
    try:
        plain(params)
    except TemplateError as error:
        raise error.at("params") from None


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
        """By POST, what the form holds; stores nothing, however it is answered.

        With X-Make the files are made, and services are asked.
        """
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
        asked = {"real": real, "makes": "X-Make" in request.headers}
        form_class = type("LiveForm", (Rehearsing, made), asked)
        form = form_class(typed, instance=event)
        problems = list(self._problems(request, event, form))
        context = {"shown": form.shown, "problems": problems}
        fields: dict[str, list[str]] = {}
        for one in problems:
            fields.setdefault(one.field, []).append(one.text)
        fields.pop("", None)
        answer = JsonResponse(
            {
                "fields": fields,
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
    ) -> Iterator[Problem]:
        titles = {
            name: title
            for title, one in self.get_fieldsets(request, event)
            for name in one["fields"]
        }
        for name, told in form.errors.items():
            field = form.fields.get(name)
            parts = (titles.get(name), field.label) if field else ()
            label = ", ".join(str(part) for part in parts if part)
            for text in told:
                yield Problem(str(text), name if field else "", label)


def _rendered(request: HttpRequest, name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"admin/notify/{name}.html", context, request)
