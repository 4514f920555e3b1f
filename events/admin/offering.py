"""Whom a layer's form offers as recipients while somebody types."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
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
    """The tenant's groups, lists and chat destinations, by a part of their names.

    Of a row that is there its own tenant's, whoever looks at it; else of the tenant
    that one works in.
    """

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.recipients_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_recipients"
        own = [
            path("recipients/", view, name=name),
            path("<path:object_id>/recipients/", view, name=f"{name}_of"),
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
        context["suggest_url"] = (
            self.url("recipients_of", obj.pk) if obj else self.url("recipients")
        )
        return super().render_change_form(request, context, add, change, form_url, obj)

    def recipients_view(
        self, request: HttpRequest, object_id: str = ""
    ) -> HttpResponse:
        """{"found": ["group: Approvers", "list: News"]}, as lines of a field."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        tenant = self.tenant_of(request, row)
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
