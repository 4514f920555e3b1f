"""The page that shows what an event type would send, and sends it to its designer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from events import drafts, last_call, trying
from events.admin import real_params, rehearsals
from events.admin.real_params import RealParams
from events.admin.tryout_form import TryoutForm
from events.models import EventType, EventVersion
from notify_project.api.strict_json import parse_object
from notify_project.errors import NotifyError
from tenants.admin import telling

VERSIONS = 50


class PreviewPages(RealParams):
    """Preview and test send of a version, the draft first."""

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "preview": ("preview/", self.preview_view),
            "test_send": ("test-send/", self.test_send_view),
        }
        own = [
            path(
                f"<path:object_id>/{address}",
                self.admin_site.admin_view(view),
                name=f"events_eventtype_{name}",
            )
            for name, (address, view) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What a call would send, and which layer decided what; stores nothing."""
        event: EventType = self.get_object(request, object_id)
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        wanted = request.POST.get("version") or request.GET.get("version", "")
        version = _version(event, wanted)
        samples = self._samples(request, event, version)
        return self.page(
            request,
            "admin/notify/event_type_preview.html",
            {
                "title": _("Preview"),
                "object": event,
                "version": version,
                "versions": event.versions.all()[:VERSIONS],
                "shown": rehearsals.of(event, version, samples),
                "samples": samples,
                "may_use_real": self.may_use_real(request, event),
                "back_url": self.url("change", event.pk),
                "tryout": self._tryout(request, event, version),
                "test_send_url": self.url("test_send", event.pk),
            },
        )

    def _samples(
        self, request: HttpRequest, event: EventType, version: EventVersion
    ) -> str:
        """As they were typed; those of the last real call, if that is asked for."""
        if "last_call" in request.POST:
            found = self.look_at_last_call(request, event)
            if found is not None:
                messages.info(request, real_params.told(found))
                return _as_json(last_call.params_of(found))
            messages.warning(request, real_params.no_call())
        typed = request.POST.get("params")
        return _as_json(version.sample_params) if typed is None else typed

    def _tryout(
        self, request: HttpRequest, event: EventType, version: EventVersion
    ) -> TryoutForm | None:
        """For those who may change it; None for others."""
        if not self.has_change_permission(request, event):
            return None
        own = getattr(request.user, "email", "")
        data = request.POST if "version" in request.POST else None
        return TryoutForm(data, event=event, version=version, own_address=own)

    def test_send_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send it for real to the designer; what is wrong is told on the preview."""
        event: EventType = self.get_object(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request, event):
            raise PermissionDenied
        version = _version(event, request.POST.get("version", ""))
        form = self._tryout(request, event, version)
        assert form is not None
        if not form.is_valid():
            for problem in form.problems():
                messages.error(request, problem)
            return self.preview_view(request, object_id)
        try:
            params = parse_object((request.POST.get("params") or "{}").encode())
            by = str(getattr(request.user, "email", ""))
            sent = trying.try_out(event, version, params, form.recipients, by=by)
        except NotifyError as refusal:
            telling.tell(request, refusal)
            return self.preview_view(request, object_id)
        self.audit(request, "test-sent", event)
        text = _("The test is on its way. Here is what becomes of it.")
        messages.success(request, text)
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:delivery_notification_change", args=[sent])
        )


def _as_json(params: Mapping[str, Any]) -> str:
    return json.dumps(params, indent=2, ensure_ascii=False)


def _version(event: EventType, number: str) -> EventVersion:
    """The version of that number, else the draft, else the published one."""
    found: EventVersion | None = drafts.draft_of(event) or event.published
    if number:
        wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
        found = event.versions.filter(number=wanted).first()
    if found is None:
        raise Http404
    return found
