"""GET/PUT /safe-list: whom a trial tenant and team keys may write to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.fields import Strict
from recipients import safe_list
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires


class SafeListSerializer(Strict):
    """E-mail addresses and phone numbers."""

    addresses = serializers.ListField(
        child=serializers.CharField(max_length=320), max_length=safe_list.LONGEST
    )


class SafeList(TenantView):
    """The tenant's safe list."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getSafeList",
        summary=_lazy("Read the safe list"),
        responses=SafeListSerializer,
        tags=["Safe list"],
    )
    def get(self, request: Request) -> Response:
        """Whom a trial tenant and team keys may write to, besides their own people."""
        return Response(_shown(safe_list.current(caller_of(request).tenant)))

    @extend_schema(
        operation_id="replaceSafeList",
        summary=_lazy("Replace the safe list"),
        request=SafeListSerializer,
        responses=SafeListSerializer,
        tags=["Safe list"],
    )
    def put(self, request: Request) -> Response:
        """The whole list anew; an empty one leaves the tenant's own people."""
        tenant = caller_of(request).tenant
        given = SafeListSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        kept = safe_list.replace(tenant, given.validated_data["addresses"])
        return Response(_shown(kept))


def _shown(addresses: list[str]) -> dict[str, Any]:
    return {"addresses": addresses}
