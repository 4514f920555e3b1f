"""GET /received-texts, GET /received-texts/{id}: what people sent to our numbers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from delivery.errors import UnknownText
from delivery.models import ReceivedText
from delivery.presenting import stamp
from notify_project.api.pagination import PAGE, PageSerializer, page
from notify_project.api.queries import known
from notify_project.errors import InvalidChoice
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires

_WISHES = [str(one) for one in ReceivedText.Wish.values]


class ReceivedTextSerializer(serializers.Serializer[Any]):
    """A text that came in."""

    id = serializers.UUIDField()
    sender = serializers.CharField()
    number = serializers.CharField()
    text = serializers.CharField()
    wish = serializers.ChoiceField(choices=_WISHES, allow_null=True)
    receivedAt = serializers.DateTimeField()


class ReceivedTextsSerializer(PageSerializer):
    """A page of them, newest first."""

    data = ReceivedTextSerializer(many=True)  # type: ignore[assignment]


class ReceivedTexts(TenantView):
    """The tenant's received texts."""

    permission_classes = [requires("read")]

    @extend_schema(
        operation_id="listReceivedTexts",
        summary=_lazy("List received texts"),
        parameters=[
            OpenApiParameter(
                "wish",
                str,
                enum=_WISHES,
                description=_lazy("Only those that say STOP, or START."),
            ),
            *PAGE,
        ],
        responses=ReceivedTextsSerializer,
        tags=["Received texts"],
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        caller = caller_of(request)
        asked = known(request, "wish", "limit", "cursor")
        rows = ReceivedText.for_tenant(caller.tenant)
        if wish := asked.get("wish"):
            if wish not in _WISHES:
                raise InvalidChoice(
                    _("wish must be one of: %(known)s.")
                    % {"known": ", ".join(_WISHES)},
                    field="wish",
                )
            rows = rows.filter(wish=wish)
        found = page(
            rows,
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{caller.tenant.id}:received-texts",
        )
        return Response(found.body(presented))


class OneReceivedText(TenantView):
    """One received text of the tenant."""

    permission_classes = [requires("read")]

    @extend_schema(
        operation_id="getReceivedText",
        summary=_lazy("Read a received text"),
        responses=ReceivedTextSerializer,
        tags=["Received texts"],
    )
    def get(self, request: Request, text_id: UUID) -> Response:
        """Who sent what to which of the tenant's numbers."""
        own = ReceivedText.for_tenant(caller_of(request).tenant)
        found = own.filter(id=text_id).first()
        if found is None:
            raise UnknownText(_("There is no such received text."))
        return Response(presented(found))


def presented(one: ReceivedText) -> dict[str, Any]:
    """A received text as the API tells of it."""
    return {
        "id": str(one.id),
        "sender": one.sender,
        "number": one.number,
        "text": one.text,
        "wish": one.wish or None,
        "receivedAt": stamp(one.created_at),
    }
