"""/notify/registerCallback: endpoints, their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from callbacks import endpoints, kinds, wishes
from callbacks.api.shapes import (
    ChangeEndpointSerializer,
    EndpointSerializer,
    EndpointsSerializer,
    EndpointWithSecretSerializer,
    NewEndpointSerializer,
    NewSecretSerializer,
    shown_endpoint,
    with_secret,
)
from callbacks.models import Endpoint
from callbacks.wishes import Granted, Wish
from notify_project.api.pagination import PAGE, page
from notify_project.api.queries import known
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from tenants import auditing
from tenants.api import TenantView
from tenants.api.keyed import KEY, created
from tenants.callers import caller_of
from tenants.permissions import requires

_TAG = ["Callbacks"]
_OF_ORIGIN = OpenApiParameter(
    "origin",
    enum=Endpoint.Origin.values,
    description=_lazy("Only registered ones, or those that requests have named."),
)
_NAMES = {
    "bearerToken": "bearer_token",
    "headers": "secret_headers",
    "hexSignature": "hex_signature",
    "retryRefusals": "retries_refusals",
    "perSecond": "per_second",
}


class Endpoints(TenantView):
    """The tenant's endpoints."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listCallbackEndpoints",
        summary=_lazy("List endpoints"),
        parameters=[_OF_ORIGIN, *PAGE],
        responses=EndpointsSerializer,
        tags=_TAG,
    )
    def get(self, request: Request) -> Response:
        """Newest first, with those that requests have named."""
        tenant = caller_of(request).tenant
        asked = known(request, "origin", "limit", "cursor")
        rows = Endpoint.kept_by(tenant)
        if "origin" in asked:
            rows = rows.filter(origin=_origin(asked["origin"]))
        found = page(
            rows,
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{tenant.id}:endpoints",
        )
        return Response(found.body(shown_endpoint))

    @extend_schema(
        operation_id="registerCallback",
        summary=_lazy("Register an endpoint"),
        parameters=[KEY],
        request=NewEndpointSerializer,
        responses={201: EndpointWithSecretSerializer},
        tags=_TAG,
    )
    def post(self, request: Request) -> Response:
        """It is told of what happens from now on; its secret is shown here and once."""
        caller = caller_of(request)
        granted = _granted(NewEndpointSerializer, request)

        def make() -> dict[str, Any]:
            with writing():
                made = endpoints.register(caller.tenant, granted)
                auditing.record_call(caller, "created", made)
            return with_secret(made)

        return created(request, "callbacks", make, place=_place)


class OneEndpoint(TenantView):
    """One endpoint of the tenant."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getCallbackEndpoint",
        summary=_lazy("Read an endpoint"),
        responses=EndpointSerializer,
        tags=_TAG,
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """And how it does; never its secrets."""
        return Response(shown_endpoint(_find(request, endpoint_id)))

    @extend_schema(
        operation_id="changeCallbackEndpoint",
        summary=_lazy("Change an endpoint"),
        request=ChangeEndpointSerializer,
        responses=EndpointSerializer,
        tags=_TAG,
    )
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        """What is left out stays; `active: true` begins anew, in good health."""
        caller, one = caller_of(request), _find(request, endpoint_id)
        granted = _granted(ChangeEndpointSerializer, request, one.kind)
        before = auditing.snapshot(one)
        with writing():
            endpoints.change(one, granted)
            auditing.record_call(caller, "changed", one, before=before)
        return Response(shown_endpoint(one))

    @extend_schema(
        operation_id="deleteCallbackEndpoint",
        summary=_lazy("Remove an endpoint"),
        responses={204: None},
        tags=_TAG,
    )
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """With all that it was told, and all that still waits for it.

        Nothing more is sent to it; what it was told is gone soon after.
        """
        caller, one = caller_of(request), _find(request, endpoint_id)
        gone = auditing.snapshot(one)
        with writing():
            auditing.record_call(caller, "deleted", one, before=gone, after={})
            endpoints.remove(one)
        return Response(status=204)


class EndpointSecret(TenantView):
    """The secret of one endpoint."""

    permission_classes = [requires("manage")]

    @extend_schema(
        operation_id="rotateCallbackSecret",
        summary=_lazy("Give an endpoint a new secret"),
        request=NewSecretSerializer,
        responses=EndpointWithSecretSerializer,
        tags=_TAG,
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Both sign for a day, or for `keepSeconds`; the new one is shown once."""
        caller, one = caller_of(request), _find(request, endpoint_id)
        given = NewSecretSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        before = auditing.snapshot(one)
        with writing():
            endpoints.rotate(
                one, secret=values["secret"], keep_seconds=values["keepSeconds"]
            )
            auditing.record_call(caller, "secret changed", one, before=before)
        return Response(with_secret(one))


def _find(request: Request, endpoint_id: UUID) -> Endpoint:
    return endpoints.find(caller_of(request).tenant, endpoint_id)


def _granted(
    serializer: type[ChangeEndpointSerializer],
    request: Request,
    kind: str = kinds.EVENTS,
) -> Granted:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    values: Mapping[str, Any] = given.validated_data
    said = {_NAMES.get(name, name): value for name, value in values.items()}
    outcomes = said.pop("on", None)
    if outcomes is not None and "events" not in said:
        said["events"] = sorted(
            {each for one in outcomes for each in kinds.OUTCOMES[one]}
        )
    return wishes.granted(Wish(**said), kind=kind)


def _origin(text: str) -> str:
    if text not in Endpoint.Origin.values:
        raise Invalid(
            _("Must be one of: %(known)s.")
            % {"known": ", ".join(Endpoint.Origin.values)},
            field="origin",
            code="invalid_choice",
        )
    return text


def _place(made: Any) -> str:
    return reverse("api:callback-endpoint", kwargs={"endpoint_id": made["callbackId"]})
