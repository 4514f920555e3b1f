"""/service/{service_id}/callback-api: document 001, to the letter.

`service_id` is the id of the caller's own tenant; any other is not found. Errors have
the shape of the original, so that its clients understand them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from callbacks import endpoints, kinds, service_schema, wishes
from callbacks.errors import InvalidEndpoint
from callbacks.models import Endpoint
from callbacks.publishing import stamp
from callbacks.wishes import Granted, Wish
from notify_project.api.queries import known
from notify_project.queue.writing import writing
from tenants import auditing
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires

_TAG = ["Service callback API"]
_TYPE = "callback_type"
_OF_TYPE = OpenApiParameter(
    _TYPE, enum=service_schema.TYPES, description=_lazy("What it is told of.")
)


class NewServiceCallbackSerializer(serializers.Serializer[Any]):
    """A URL that is told of one thing; `callback_type` absent means delivery_status."""

    url = serializers.URLField()
    bearer_token = serializers.CharField(min_length=wishes.SHORTEST_TOKEN)
    updated_by_id = serializers.UUIDField()
    callback_type = serializers.ChoiceField(service_schema.TYPES, required=False)


class ChangedServiceCallbackSerializer(serializers.Serializer[Any]):
    """What changes of it."""

    updated_by_id = serializers.UUIDField()
    callback_type = serializers.ChoiceField(service_schema.TYPES)
    url = serializers.URLField(required=False)
    bearer_token = serializers.CharField(
        required=False, min_length=wishes.SHORTEST_TOKEN
    )


class ServiceCallbackSerializer(serializers.Serializer[Any]):
    """What is told of it: never the token."""

    id = serializers.UUIDField()
    service_id = serializers.UUIDField()
    url = serializers.CharField()
    updated_by_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(allow_null=True)


class ServiceCallbackAnswerSerializer(serializers.Serializer[Any]):
    """Its frame."""

    # `data` is also a property of serializers; here it is the original's name.
    data = ServiceCallbackSerializer()  # type: ignore[assignment]


class ServiceRefusalSerializer(serializers.Serializer[Any]):
    """What is not there, in the original's shape."""

    result = serializers.ChoiceField(["error"])
    message = serializers.CharField()


# Values that do not fit are told in one of three shapes, as the original has them.
_REFUSALS = {400: OpenApiTypes.OBJECT, 404: ServiceRefusalSerializer}


class Refused(Exception):
    """An answer in the original's shape."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class ServiceView(TenantView):
    """Answers refusals as the original has them."""

    permission_classes = [requires("manage")]

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Refused):
            return Response(exc.body, status=exc.status)
        return super().handle_exception(exc)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Only the caller's own service is there."""
        super().initial(request, *args, **kwargs)
        if kwargs["service_id"] != caller_of(request).tenant.id:
            raise _error(404, service_schema.NO_SERVICE)


class ServiceCallbacks(ServiceView):
    """The service's callbacks, one for each type."""

    @extend_schema(
        operation_id="createServiceCallback",
        summary=_lazy("Register a service's callback"),
        request=NewServiceCallbackSerializer,
        responses={201: ServiceCallbackAnswerSerializer, **_REFUSALS},
        tags=_TAG,
    )
    def post(self, request: Request, service_id: UUID) -> Response:
        """One URL and one token for each type."""
        data = _read(request, service_schema.CREATE_REQUIRED)
        kind = data.get(_TYPE, kinds.DELIVERY_STATUS)
        caller = caller_of(request)
        granted = _granted(data, kind)
        try:
            with writing():
                if Endpoint.kept_by(caller.tenant).filter(kind=kind).exists():
                    raise _twice()
                made = endpoints.register(
                    caller.tenant,
                    granted,
                    updated_by=UUID(data["updated_by_id"]),
                )
                auditing.record_call(caller, "created", made)
        except IntegrityError:
            raise _twice() from None  # another was first by a moment
        return Response({"data": _shown(made)}, status=201)


class OneServiceCallback(ServiceView):
    """One of the service's callbacks."""

    @extend_schema(
        operation_id="getServiceCallback",
        summary=_lazy("Read a service's callback"),
        parameters=[_OF_TYPE],
        responses={200: ServiceCallbackAnswerSerializer, **_REFUSALS},
        tags=_TAG,
    )
    def get(
        self, request: Request, service_id: UUID, callback_api_id: UUID
    ) -> Response:
        """Without its token."""
        kind = _asked_type(request)
        return Response({"data": _shown(_find(request, callback_api_id, kind))})

    @extend_schema(
        operation_id="updateServiceCallback",
        summary=_lazy("Change a service's callback"),
        request=ChangedServiceCallbackSerializer,
        responses={200: ServiceCallbackAnswerSerializer, **_REFUSALS},
        tags=_TAG,
    )
    def post(
        self, request: Request, service_id: UUID, callback_api_id: UUID
    ) -> Response:
        """Its URL, its token, or both."""
        data = _read(request, service_schema.UPDATE_REQUIRED)
        one = _find(request, callback_api_id, data[_TYPE])
        granted = _granted(data, one.kind)
        before = auditing.snapshot(one)
        with writing():
            endpoints.change(one, granted, updated_by=UUID(data["updated_by_id"]))
            auditing.record_call(caller_of(request), "changed", one, before=before)
        return Response({"data": _shown(one)})

    @extend_schema(
        operation_id="deleteServiceCallback",
        summary=_lazy("Remove a service's callback"),
        parameters=[_OF_TYPE],
        responses={204: None, **_REFUSALS},
        tags=_TAG,
    )
    def delete(
        self, request: Request, service_id: UUID, callback_api_id: UUID
    ) -> Response:
        """With all that still waits for it."""
        one = _find(request, callback_api_id, _asked_type(request))
        gone = auditing.snapshot(one)
        caller = caller_of(request)
        with writing():
            auditing.record_call(caller, "deleted", one, before=gone, after={})
            endpoints.remove(one)
        return Response(status=204)


def _read(request: Request, required: tuple[str, ...]) -> Mapping[str, Any]:
    data = cast(Mapping[str, Any], request.data)  # the parser gives objects only
    wrong = service_schema.wrong(data, required)
    if wrong:
        raise _invalid(wrong)
    return data


def _granted(data: Mapping[str, Any], kind: str) -> Granted:
    wish = Wish(url=data.get("url"), bearer_token=data.get("bearer_token"))
    try:
        return wishes.granted(wish, kind=kind)
    except InvalidEndpoint:
        # The schema took all else: it is the address that we may not call.
        raise _invalid([service_schema.NOT_A_URL]) from None


def _asked_type(request: Request) -> str | None:
    kind = known(request, _TYPE).get(_TYPE)
    if kind is not None and kind not in service_schema.TYPES:
        raise _invalid(service_schema.wrong({_TYPE: kind}, ()))
    return kind


def _find(request: Request, endpoint_id: UUID, kind: str | None) -> Endpoint:
    """By its id, and by its type where that was said."""
    rows = Endpoint.kept_by(caller_of(request).tenant).filter(id=endpoint_id)
    wanted = [kind] if kind else service_schema.TYPES
    found = rows.filter(kind__in=wanted).first()
    if found is None:
        text = service_schema.NOT_FOUND[kind or kinds.DELIVERY_STATUS]
        raise _error(404, text)
    return found


def _shown(one: Endpoint) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "service_id": str(one.tenant_id),
        "url": one.url,
        "updated_by_id": str(one.updated_by_id),
        "created_at": stamp(one.created_at),
        "updated_at": stamp(one.updated_at) if one.updated_at else None,
    }


def _invalid(sentences: Sequence[str]) -> Refused:
    errors = [{"error": "ValidationError", "message": one} for one in sentences]
    return Refused(400, {"status_code": 400, "errors": errors})


def _error(status: int, message: Any) -> Refused:
    return Refused(status, {"result": "error", "message": message})


def _twice() -> Refused:
    return _error(400, {"name": [service_schema.ONE_EACH]})
