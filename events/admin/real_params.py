"""Trying a draft out with what the last real call gave, for those who may look at it.

The look is recorded as a look at that notification's content is, once for each press of
the button. What it found is not put into the form: it would be saved with the draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from delivery.admin.notifications import may_see_content
from delivery.models import Notification
from events import last_call
from events.models import EventType
from tenants import auditing
from tenants.admin.audited import user_of
from tenants.admin.base import TenantAdmin

_LOOK_SALT = "notify.real-params"
_LOOK_SECONDS = 3600


class RealParams(TenantAdmin):
    """The button's address, and what a look that it recorded shows."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.last_call_view)
        name = "events_eventtype_last_call"
        return [
            path("<path:object_id>/last-call/", view, name=name),
            *super().get_urls(),
        ]

    def last_call_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """{"look": ..., "told": ...}; the former is for `params_of_look`."""
        event: EventType = self.get_object(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = self.look_at_last_call(request, event)
        if found is None:
            return JsonResponse({"look": "", "told": no_call()})
        look = signing.dumps([str(found.pk), str(request.user.pk)], salt=_LOOK_SALT)
        answer = JsonResponse({"look": look, "told": told(found)})
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def look_at_last_call(
        self, request: HttpRequest, event: EventType
    ) -> Notification | None:
        """Recorded; raises PermissionDenied for those who may not see content."""
        if not self.may_use_real(request, event):
            raise PermissionDenied
        found = last_call.of(event)
        if found is not None:
            seen = {"status": found.status}
            auditing.record(
                user_of(request),
                "content seen",
                found,
                tenant=event.tenant,
                before=seen,
                after=seen,
            )
        return found

    def may_use_real(self, request: HttpRequest, event: EventType) -> bool:
        return may_see_content(request) and self.has_view_permission(request, event)

    def params_of_look(
        self, request: HttpRequest, event: EventType, look: str
    ) -> Mapping[str, Any] | None:
        """None without a look; raises Http404 for one that is not this person's."""
        if not look:
            return None
        try:
            found_id, user_id = signing.loads(
                look, salt=_LOOK_SALT, max_age=_LOOK_SECONDS
            )
        except signing.BadSignature:
            raise Http404 from None
        rows = Notification.for_tenant(event.tenant_id).filter(id=found_id)
        found = rows.first() if user_id == str(request.user.pk) else None
        if found is None or not self.may_use_real(request, event):
            raise Http404
        return last_call.params_of(found)


def told(one: Notification) -> str:
    """Which call it is."""
    zone = one.tenant.time_zone
    there = one.created_at.astimezone(ZoneInfo(zone))
    when = f"{there:%Y-%m-%d %H:%M:%S} ({zone})"
    return _("With the params of the call of %(when)s.") % {"when": when}


def no_call() -> str:
    """Where there is none."""
    return _("No call has named this event type yet, or none is kept.")
