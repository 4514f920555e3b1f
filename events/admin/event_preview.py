"""The page that shows what an event type would send, and sends it to its designer."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core import signing
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

from events import drafts, trying
from events.admin import rehearsals
from events.admin.tryout_form import TryoutForm
from events.models import EventType, EventVersion
from notify_project.api.strict_json import parse_object
from notify_project.errors import NotifyError
from notify_project.observability.framed import framed_html
from tenants.admin.base import TenantAdmin

VERSIONS = 50
_LOOK_SALT = "notify.rehearsal"
_LOOK_SECONDS = 3600
_LONGEST_TOKEN = 3000  # gunicorn takes request lines of 4,094 bytes


class PreviewPages(TenantAdmin):
    """Preview and test send of a version, the draft first."""

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "preview": ("preview/", self.preview_view),
            "html": ("preview/html/", self.html_view),
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
        samples = request.POST.get("params")
        if samples is None:
            samples = json.dumps(version.sample_params, indent=2, ensure_ascii=False)
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
                "frame_url": self._frame_url(event, version, samples),
                "back_url": self.url("change", event.pk),
                "tryout": self._tryout(request, event, version),
                "test_send_url": self.url("test_send", event.pk),
            },
        )

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
            for text in rehearsals.told(refusal):
                messages.error(request, text)
            return self.preview_view(request, object_id)
        self.audit(request, "test-sent", event)
        text = _("The test is on its way. Here is what becomes of it.")
        messages.success(request, text)
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:delivery_notification_change", args=[sent])
        )

    def _frame_url(self, event: EventType, version: EventVersion, samples: str) -> str:
        """Where html_view shows the mail; "" for samples that no address can hold."""
        told = [version.number, samples]
        token = signing.dumps(told, salt=f"{_LOOK_SALT}:{event.pk}", compress=True)
        if len(token) > _LONGEST_TOKEN:
            return ""
        return f"{self.url('html', event.pk)}?look={token}"

    def html_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A mail of the preview as it would look, alone in its frame."""
        event: EventType = self.get_object(request, object_id)
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        try:
            number, samples = signing.loads(
                request.GET.get("look", ""),
                salt=f"{_LOOK_SALT}:{event.pk}",
                max_age=_LOOK_SECONDS,
            )
        except signing.BadSignature:
            raise Http404 from None
        shown = rehearsals.of(event, _version(event, str(number)), samples)
        code = request.GET.get("channel", "")
        found = [one.html for one in shown.channels if one.code == code and one.html]
        if not found:
            raise Http404
        return framed_html(found[0])


def _version(event: EventType, number: str) -> EventVersion:
    """The version of that number, else the draft, else the published one."""
    found: EventVersion | None = drafts.draft_of(event) or event.published
    if number:
        wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
        found = event.versions.filter(number=wanted).first()
    if found is None:
        raise Http404
    return found
