"""Whom the form of an event type offers as recipients while somebody types."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from events import accounts, naming
from providers.channels.base import UnknownChannel
from tenants.admin.base import TenantAdmin
from tenants.models import Tenant

_PARAMETERS = ("channel", "kind", "words")
_WORDS = 100  # no name is longer


class OfferingPages(TenantAdmin):
    """The tenant's groups, lists and chat destinations, by a part of their names."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.recipients_view)
        own = [path("recipients/", view, name="events_eventtype_recipients")]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        context["suggest_url"] = self.url("recipients")
        return super().render_change_form(request, context, *args, **kwargs)

    def recipients_view(self, request: HttpRequest) -> HttpResponse:
        """{"found": ["group: Approvers", "list: News"]}, as lines of a field."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        tenant = self.workplace(request).tenant
        given = {name: request.GET.get(name, "")[:_WORDS] for name in _PARAMETERS}
        found = _offered(tenant, **given) if tenant else []
        answer = JsonResponse({"found": found})
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _offered(tenant: Tenant, *, channel: str, kind: str, words: str) -> list[str]:
    try:
        rooms = accounts.destinations(tenant.id, channel, ())
    except UnknownChannel:
        return []
    named = [one for one in sorted(rooms) if words.strip().lower() in one]
    return [*naming.offered(tenant, channel, kind, words), *named]
