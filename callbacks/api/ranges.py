"""What is begun of all that one endpoint was told within a time, and done in steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from callbacks import endpoints
from callbacks.api.shapes import RangeSerializer
from callbacks.models import Expunging, Recovery
from notify_project.queue.writing import writing
from tenants import auditing
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires

_SHOWN = 20

Range = Recovery | Expunging


class Begin(Protocol):
    """A step of callbacks; stores the range. `until` is now without one."""

    def __call__(
        self, endpoint: Any, /, *, since: Any, until: Any, asked_by: str
    ) -> Range: ...


class Shown(Protocol):
    """How far a range is, as the API tells it."""

    def __call__(self, one: Any, /) -> Mapping[str, Any]: ...


class Ranges(TenantView):
    """GET tells the last ones and how far they are; POST begins another, audited."""

    permission_classes = [requires("manage", GET="read")]
    model: ClassVar[type[Recovery] | type[Expunging]]
    begin: ClassVar[Begin]
    action: ClassVar[str]
    shown: ClassVar[Shown]

    def get(self, request: Request, endpoint_id: UUID) -> Response:
        one = endpoints.find(caller_of(request).tenant, endpoint_id)
        rows = self.model.for_tenant(one.tenant_id).filter(endpoint=one)
        last = rows.order_by("-created_at", "-id")[:_SHOWN]
        return Response({"data": [self.shown(each) for each in last]})

    def post(self, request: Request, endpoint_id: UUID) -> Response:
        caller = caller_of(request)
        one = endpoints.find(caller.tenant, endpoint_id)
        given = RangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        since, until = given.validated_data["since"], given.validated_data.get("until")
        with writing():
            made = self.begin(one, since=since, until=until, asked_by=caller.name)
            auditing.record_call(caller, self.action, made)
        return Response(self.shown(made), status=202)
