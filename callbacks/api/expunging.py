"""Deleting what was told before its time: of one callback, or of a range."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from callbacks import endpoints, expunging, repeating
from callbacks.api.shapes import (
    CallbackSerializer,
    ExpungingSerializer,
    ExpungingsSerializer,
    RangeSerializer,
    shown_callback,
    shown_expunging,
)
from callbacks.models import Expunging
from notify_project.queue.writing import writing
from tenants import auditing
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires

_TAG = ["Callbacks"]


class ExpungeOne(TenantView):
    """The content of one callback."""

    permission_classes = [requires("manage")]

    @extend_schema(
        operation_id="expungeCallback",
        summary=_lazy("Delete the content of a callback"),
        request=None,
        responses=CallbackSerializer,
        tags=_TAG,
    )
    def post(self, request: Request, callback_id: UUID) -> Response:
        """Body and answers go, what happened when stays; 409 while it is being sent.

        One that still waits is not told any more.
        """
        caller = caller_of(request)
        one = repeating.find(caller.tenant, callback_id)
        with writing():
            expunging.expunge(one)
            gone = repeating.find(caller.tenant, callback_id)
            after = {"content_deleted_at": str(gone.content_deleted_at)}
            auditing.record(
                caller, "content deleted", one, tenant=caller.tenant, after=after
            )
        return Response(shown_callback(gone))


class Expungings(TenantView):
    """The content of what one endpoint was told within a time."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listExpungings",
        summary=_lazy("List deletions of content at an endpoint"),
        responses=ExpungingsSerializer,
        tags=_TAG,
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """The last ones, and how far they are."""
        one = endpoints.find(caller_of(request).tenant, endpoint_id)
        rows = Expunging.for_tenant(one.tenant_id).filter(endpoint=one)
        last = rows.order_by("-created_at", "-id")[:20]
        return Response({"data": [shown_expunging(each) for each in last]})

    @extend_schema(
        operation_id="expungeCallbacks",
        summary=_lazy("Delete the content of what an endpoint was told"),
        request=RangeSerializer,
        responses={202: ExpungingSerializer},
        tags=_TAG,
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Of all that happened in that time; done in steps, however much there is."""
        caller = caller_of(request)
        one = endpoints.find(caller.tenant, endpoint_id)
        given = RangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = given.validated_data
        with writing():
            made = expunging.begin(
                one,
                since=values["since"],
                until=values.get("until"),
                asked_by=caller.name,
            )
            auditing.record_call(caller, "deletion of content begun", made)
        return Response(shown_expunging(made), status=202)
