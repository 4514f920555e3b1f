"""Deleting what was told before its time: of one callback, or of a range."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from callbacks import expunging, repeating
from callbacks.api.ranges import Ranges
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


@extend_schema_view(
    get=extend_schema(
        operation_id="listExpungings",
        summary=_lazy("List deletions of content at an endpoint"),
        description="The last ones, and how far they are.",
        responses=ExpungingsSerializer,
        tags=_TAG,
    ),
    post=extend_schema(
        operation_id="expungeCallbacks",
        summary=_lazy("Delete the content of what an endpoint was told"),
        description="Of all that happened in that time; done in steps.",
        request=RangeSerializer,
        responses={202: ExpungingSerializer},
        tags=_TAG,
    ),
)
class Expungings(Ranges):
    """The content of what one endpoint was told within a time."""

    model = Expunging
    begin = staticmethod(expunging.begin)
    action = "deletion of content begun"
    shown = staticmethod(shown_expunging)
