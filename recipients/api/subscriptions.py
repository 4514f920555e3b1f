"""GET/POST /subscriptions, GET/PATCH/DELETE /subscriptions/{id}."""

from __future__ import annotations

from collections.abc import Mapping
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

from notify_project.api.fields import Params, Strict, Switch, Text
from notify_project.api.pagination import PAGE, PageSerializer, page
from notify_project.api.queries import known
from notify_project.queue.writing import writing
from providers.sandbox import is_simulated
from recipients import lists, subscribing, suppression
from recipients.errors import InvalidSubscription
from recipients.models import Subscription
from tenants import auditing
from tenants.api import TenantView
from tenants.api.keyed import KEY, created
from tenants.callers import Caller, caller_of
from tenants.models import Tenant
from tenants.models.credentials import KeyType
from tenants.permissions import requires


class SubscriberSerializer(Strict):
    """What is known of a subscriber, for the words that they get."""

    locale = Text(
        required=False, max_length=35, help_text=_lazy("Their language, as in fr-CA.")
    )
    params = Params(
        required=False,
        help_text=_lazy("Values for the words that they get, under the request's."),
    )


class NewSubscriptionSerializer(SubscriberSerializer):
    """Somebody who shall be asked whether they want what the list sends."""

    list = Text(max_length=lists.NAME_LENGTH, help_text=_lazy("A list's name or id."))
    channel = Text(required=False, max_length=20, default="email")
    address = Text(max_length=320)
    confirmed = Switch(
        required=False,
        default=False,
        help_text=_lazy("true: you have their yes already, so they are not asked."),
    )


class SubscriptionSerializer(serializers.Serializer[Any]):
    """One address on a list, over one channel."""

    id = serializers.UUIDField()
    list = serializers.CharField()
    listId = serializers.UUIDField()
    channel = serializers.CharField()
    address = serializers.CharField()
    status = serializers.ChoiceField(Subscription.Status.values)
    locale = serializers.CharField()
    params = serializers.DictField()
    confirmedAt = serializers.DateTimeField(allow_null=True)
    endedAt = serializers.DateTimeField(allow_null=True)
    createdAt = serializers.DateTimeField()


class SubscriptionsSerializer(PageSerializer):
    """A page of subscriptions, newest first."""

    data = SubscriptionSerializer(many=True)  # type: ignore[assignment]


_FILTERS = [
    OpenApiParameter("list", description=_lazy("Only this list's, by name or id.")),
    OpenApiParameter("address", description=_lazy("Only this address or number.")),
    OpenApiParameter("status", enum=Subscription.Status.values),
]


class Subscriptions(TenantView):
    """The subscriptions to the tenant's lists."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listSubscriptions",
        summary=_lazy("List subscriptions"),
        parameters=[*_FILTERS, *PAGE],
        responses=SubscriptionsSerializer,
        tags=["Subscriptions"],
    )
    def get(self, request: Request) -> Response:
        """Newest first, ended ones too."""
        tenant = caller_of(request).tenant
        asked = known(request, "list", "address", "status", "limit", "cursor")
        found = page(
            _matching(tenant, asked),
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{tenant.id}:subscriptions",
        )
        return Response(found.body(presented))

    @extend_schema(
        operation_id="addSubscription",
        summary=_lazy("Ask somebody to subscribe"),
        parameters=[KEY],
        request=NewSubscriptionSerializer,
        responses={201: SubscriptionSerializer},
        tags=["Subscriptions"],
    )
    def post(self, request: Request) -> Response:
        """Pending until the owner of the address confirms by the link sent there."""
        caller = caller_of(request)
        given = NewSubscriptionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        one = lists.named(caller.tenant, values["list"], field="list")
        _refuse_real_people(caller, values)
        if caller.key_type == KeyType.TEAM:
            subscribing.refuse_stranger(
                one, channel_code=values["channel"], address=values["address"]
            )

        def make() -> dict[str, Any]:
            with writing():
                row = subscribing.subscribe(
                    one,
                    channel_code=values["channel"],
                    address=values["address"],
                    locale=values.get("locale", ""),
                    params=values.get("params"),
                    confirmed=values["confirmed"],
                )
                auditing.record_call(caller, "created", row)
            return presented(row)

        return created(request, "subscriptions", make, place=_place)


class OneSubscription(TenantView):
    """One subscription."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getSubscription",
        summary=_lazy("Read a subscription"),
        responses=SubscriptionSerializer,
        tags=["Subscriptions"],
    )
    def get(self, request: Request, subscription_id: UUID) -> Response:
        """Whether they confirmed."""
        tenant = caller_of(request).tenant
        return Response(presented(subscribing.find(tenant, subscription_id)))

    @extend_schema(
        operation_id="changeSubscription",
        summary=_lazy("Say what is known of a subscriber"),
        request=SubscriberSerializer,
        responses=SubscriptionSerializer,
        tags=["Subscriptions"],
    )
    def patch(self, request: Request, subscription_id: UUID) -> Response:
        """Their language, and params, which replace those that they had."""
        caller = caller_of(request)
        row = subscribing.find(caller.tenant, subscription_id)
        given = SubscriberSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        before = auditing.snapshot(row)
        with writing():
            subscribing.describe(row, **given.validated_data)
            auditing.record_call(caller, "changed", row, before=before)
        return Response(presented(row))

    @extend_schema(
        operation_id="endSubscription",
        summary=_lazy("End a subscription"),
        responses={204: None},
        tags=["Subscriptions"],
    )
    def delete(self, request: Request, subscription_id: UUID) -> Response:
        """Nothing more goes there; the row stays, so that they are not added again."""
        caller = caller_of(request)
        row = subscribing.find(caller.tenant, subscription_id)
        before = auditing.snapshot(row)
        with writing():
            subscribing.unsubscribe(row)
            row.refresh_from_db()
            auditing.record_call(caller, "changed", row, before=before)
        return Response(status=204)


def presented(row: Subscription) -> dict[str, Any]:
    """A subscription as the API tells of it."""
    return {
        "id": str(row.id),
        "list": row.list.name,
        "listId": str(row.list_id),
        "channel": row.channel,
        "address": row.address,
        "status": row.status,
        "locale": row.locale,
        "params": row.params or {},
        "confirmedAt": row.confirmed_at,
        "endedAt": row.ended_at,
        "createdAt": row.created_at,
    }


def _matching(tenant: Tenant, asked: Mapping[str, str]) -> QuerySet[Subscription]:
    rows = Subscription.for_tenant(tenant).select_related("list")
    if "list" in asked:
        rows = rows.filter(list=lists.named(tenant, asked["list"], field="list"))
    if "address" in asked:
        hashes = suppression.hashes_of(tenant, asked["address"])
        rows = rows.filter(address_hash__in=hashes)
    return rows.filter(status=asked["status"]) if "status" in asked else rows


def _refuse_real_people(caller: Caller, values: dict[str, Any]) -> None:
    """What a test key does reaches nobody; the question would."""
    if caller.key_type == KeyType.TEST and not is_simulated(
        values["channel"], values["address"].strip()
    ):
        raise InvalidSubscription(
            _(
                "A test key subscribes simulated addresses only, such as "
                "delivered@simulator.notify."
            ),
            field="address",
        )


def _place(made: Any) -> str:
    return reverse("api:subscription", kwargs={"subscription_id": made["id"]})
