"""GET /notifyevent/types: what may be named, and the params that each needs."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events import listing
from events.api.answers import EventTypesSerializer
from events.needing import Needs
from notify_project.api.pagination import PAGE, page
from notify_project.api.queries import known
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires


class EventTypes(TenantView):
    """The tenant's event types that are active and published."""

    permission_classes = [requires("read")]

    @extend_schema(
        operation_id="listEventTypes",
        summary=_lazy("List event types and the params that they need"),
        parameters=[
            OpenApiParameter(
                "name",
                str,
                description=_lazy("Exactly this short name or alias, in any case."),
            ),
            *PAGE,
        ],
        responses=EventTypesSerializer,
        tags=["Send"],
    )
    def get(self, request: Request) -> Response:
        """Newest first; `params` are those that the schema, texts and recipients name,
        those of the defaults too."""
        caller = caller_of(request)
        asked = known(request, "name", "limit", "cursor")
        rows = listing.callable_now(caller.tenant.id)
        if name := asked.get("name"):
            rows = listing.of_name(rows, name)
        found = page(
            rows,
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{caller.tenant.id}:event-types",
        )
        needs = Needs(caller.tenant.id)
        return Response(found.body(partial(listing.presented, needs=needs)))
