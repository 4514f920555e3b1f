"""GET/POST /suppressions, GET/DELETE /suppressions/{id}."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.fields import Choice, Strict, Text
from notify_project.api.pagination import PAGE, PageSerializer, page
from notify_project.api.queries import known
from notify_project.queue.writing import writing
from providers.channels.base import channel
from recipients import suppression
from recipients.errors import SuppressionNotFound
from recipients.models import Suppression
from tenants import auditing
from tenants.api import TenantView
from tenants.api.keyed import KEY, created
from tenants.callers import caller_of
from tenants.models import Tenant
from tenants.permissions import requires


class NewSuppressionSerializer(Strict):
    """An address that nothing shall go to any more."""

    channel = Text(max_length=20)
    address = Text(max_length=320)
    reason = Choice(
        suppression.REASONS, required=False, default=Suppression.Reason.OPTED_OUT
    )
    note = Text(required=False, max_length=suppression.NOTE_LENGTH, default="")


class SuppressionSerializer(serializers.Serializer[Any]):
    """An entry of the suppression list; `address` is null once it was erased."""

    id = serializers.UUIDField()
    channel = serializers.CharField()
    address = serializers.CharField(allow_null=True)
    reason = serializers.ChoiceField(suppression.REASONS)
    note = serializers.CharField()
    addedBy = serializers.CharField()
    createdAt = serializers.DateTimeField()


class SuppressionsSerializer(PageSerializer):
    """A page of entries, newest first."""

    data = SuppressionSerializer(many=True)  # type: ignore[assignment]


_FILTERS = [
    OpenApiParameter("address", description=_lazy("Only this address or number.")),
    OpenApiParameter("channel", description=_lazy("Only this channel's entries.")),
    OpenApiParameter("reason", enum=suppression.REASONS),
]


class Suppressions(TenantView):
    """The tenant's suppression list."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listSuppressions",
        summary=_lazy("List suppressed addresses"),
        parameters=[*_FILTERS, *PAGE],
        responses=SuppressionsSerializer,
        tags=["Suppressions"],
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        tenant = caller_of(request).tenant
        asked = known(request, "address", "channel", "reason", "limit", "cursor")
        found = page(
            _matching(tenant, asked.get("address"), asked.get("channel")).filter(
                **({"reason": asked["reason"]} if "reason" in asked else {})
            ),
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{tenant.id}:suppressions",
        )
        return Response(found.body(presented))

    @extend_schema(
        operation_id="addSuppression",
        summary=_lazy("Suppress an address"),
        parameters=[KEY],
        request=NewSuppressionSerializer,
        responses={201: SuppressionSerializer},
        tags=["Suppressions"],
    )
    def post(self, request: Request) -> Response:
        """Nothing goes there any more; an entry that exists is answered as it is."""
        caller = caller_of(request)
        given = NewSuppressionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data

        def make() -> dict[str, Any]:
            with writing():
                row, is_new = suppression.suppress(
                    caller.tenant,
                    channel_code=values["channel"],
                    address=values["address"],
                    reason=values["reason"],
                    note=values["note"],
                    added_by=caller.name,
                )
                if is_new:
                    auditing.record_call(caller, "created", row)
            return presented(row)

        return created(request, "suppressions", make, place=_place)


class OneSuppression(TenantView):
    """One entry of the tenant's suppression list."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getSuppression",
        summary=_lazy("Read a suppressed address"),
        responses=SuppressionSerializer,
        tags=["Suppressions"],
    )
    def get(self, request: Request, suppression_id: UUID) -> Response:
        """Why and since when."""
        return Response(presented(_find(caller_of(request).tenant, suppression_id)))

    @extend_schema(
        operation_id="releaseSuppression",
        summary=_lazy("Release a suppressed address"),
        responses={204: None},
        tags=["Suppressions"],
    )
    def delete(self, request: Request, suppression_id: UUID) -> Response:
        """Messages may go there again, as far as this reason goes."""
        caller = caller_of(request)
        row = _find(caller.tenant, suppression_id)
        gone = auditing.snapshot(row)
        with writing():
            if suppression.release(row):
                auditing.record_call(caller, "released", row, before=gone, after={})
        return Response(status=204)


def presented(row: Suppression) -> dict[str, Any]:
    """An entry as the API tells of it."""
    return {
        "id": str(row.id),
        "channel": row.channel,
        "address": row.address,
        "reason": row.reason,
        "note": row.note,
        "addedBy": row.added_by,
        "createdAt": row.created_at,
    }


def _matching(
    tenant: Tenant, address: str | None, code: str | None
) -> QuerySet[Suppression]:
    rows = Suppression.for_tenant(tenant)
    if address is not None:
        hashes = suppression.hashes_of(tenant, address)
        rows = rows.filter(address_hash__in=hashes)
    return rows.filter(channel=channel(code, field="channel").code) if code else rows


def _find(tenant: Tenant, suppression_id: UUID) -> Suppression:
    row = Suppression.for_tenant(tenant).filter(id=suppression_id).first()
    if row is None:
        raise SuppressionNotFound(_("There is no suppressed address with this id."))
    return row


def _place(made: Any) -> str:
    return reverse("api:suppression", kwargs={"suppression_id": made["id"]})
