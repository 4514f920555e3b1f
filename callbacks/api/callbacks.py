"""/notify/callbacks: what endpoints were told, each attempt, and sending it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from callbacks import endpoints, repeating
from callbacks.api.ranges import Ranges
from callbacks.api.shapes import (
    CallbackSerializer,
    CallbacksSerializer,
    RangeSerializer,
    RecoveriesSerializer,
    RecoverySerializer,
    WholeCallbackSerializer,
    shown_attempt,
    shown_callback,
    shown_recovery,
)
from callbacks.models import Callback, Recovery
from notify_project.api.pagination import PAGE, page
from notify_project.api.queries import known
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from tenants import auditing
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires

_TAG = ["Callbacks"]
_STATUSES = ("waiting", "delivered", "failed", "dead")
_FILTERS = [
    OpenApiParameter("callbackId", str, description=_lazy("Only this endpoint's.")),
    OpenApiParameter("status", enum=_STATUSES),
    OpenApiParameter("type", str, description=_lazy("Only events of this type.")),
]


class Callbacks(TenantView):
    """What the tenant's endpoints were told."""

    permission_classes = [requires("read")]

    @extend_schema(
        operation_id="listCallbacks",
        summary=_lazy("List callbacks"),
        parameters=[*_FILTERS, *PAGE],
        responses=CallbacksSerializer,
        tags=_TAG,
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        tenant = caller_of(request).tenant
        asked = known(request, "callbackId", "status", "type", "limit", "cursor")
        rows = Callback.for_tenant(tenant)
        if "callbackId" in asked:
            rows = rows.filter(endpoint=_uuid(asked["callbackId"], "callbackId"))
        if "status" in asked:
            rows = rows.filter(**_of_status(asked["status"]))
        if "type" in asked:
            rows = rows.filter(type=asked["type"])
        found = page(
            rows.defer("body", "headers"),
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{tenant.id}:callbacks",
        )
        return Response(found.body(shown_callback))


class OneCallback(TenantView):
    """One of them."""

    permission_classes = [requires("read")]

    @extend_schema(
        operation_id="getCallback",
        summary=_lazy("Read a callback"),
        responses=WholeCallbackSerializer,
        tags=_TAG,
    )
    def get(self, request: Request, callback_id: UUID) -> Response:
        """Its body, and each attempt with what was answered."""
        one = repeating.find(caller_of(request).tenant, callback_id)
        tried = one.attempts.order_by("started_at", "id")
        history = [shown_attempt(each) for each in tried]
        shown = {**shown_callback(one), "body": one.body, "history": history}
        return Response(shown)


class Resend(TenantView):
    """One of them, once more."""

    permission_classes = [requires("manage")]

    @extend_schema(
        operation_id="resendCallback",
        summary=_lazy("Send a callback again"),
        request=None,
        responses={202: CallbackSerializer},
        tags=_TAG,
    )
    def post(self, request: Request, callback_id: UUID) -> Response:
        """Under the same id, once; 409 while its endpoint is switched off."""
        caller = caller_of(request)
        one = repeating.find(caller.tenant, callback_id)
        with writing():
            repeating.resend(one, asked_by=caller.name)
            # Never the row: its body is for the receiver alone.
            auditing.record(caller, "sent again", one, tenant=caller.tenant, after={})
        again = repeating.find(caller.tenant, callback_id)
        return Response(shown_callback(again), status=202)


class SendExample(TenantView):
    """An example for one endpoint."""

    permission_classes = [requires("manage")]

    @extend_schema(
        operation_id="sendExampleCallback",
        summary=_lazy("Send an example to an endpoint"),
        request=None,
        responses={202: CallbackSerializer},
        tags=_TAG,
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Whatever it hears else; look at the callback for what was answered."""
        caller = caller_of(request)
        one = endpoints.find(caller.tenant, endpoint_id)
        with writing():
            made = repeating.example(one)
            after = {"callback": str(made)}
            auditing.record(
                caller, "example sent", one, tenant=caller.tenant, after=after
            )
        shown = shown_callback(repeating.find(caller.tenant, made))
        return Response(shown, status=202)


@extend_schema_view(
    get=extend_schema(
        operation_id="listRecoveries",
        summary=_lazy("List recoveries of an endpoint"),
        description="The last ones, and how far they are.",
        responses=RecoveriesSerializer,
        tags=_TAG,
    ),
    post=extend_schema(
        operation_id="recoverCallbacks",
        summary=_lazy("Send again what failed"),
        description="Since a time at most 14 days ago; done in steps.",
        request=RangeSerializer,
        responses={202: RecoverySerializer},
        tags=_TAG,
    ),
)
class Recoveries(Ranges):
    """What failed at one endpoint, all of it once more."""

    model = Recovery
    begin = staticmethod(repeating.recover)
    action = "recovery begun"
    shown = staticmethod(shown_recovery)


def _of_status(status: str) -> dict[str, Any]:
    if status not in _STATUSES:
        raise Invalid(
            _("Must be one of: %(known)s.") % {"known": ", ".join(_STATUSES)},
            field="status",
            code="invalid_choice",
        )
    return {"finished_at": None} if status == "waiting" else {"state": status}


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("This is not an id."), field=field) from None
