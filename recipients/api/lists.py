"""GET/POST /lists, GET/PATCH/DELETE /lists/{id}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.fields import Strict, Text
from notify_project.api.pagination import PAGE, PageSerializer, page
from notify_project.api.queries import known
from notify_project.queue.writing import writing
from recipients import lists
from recipients.models import SubscriberList
from tenants import auditing
from tenants.api import TenantView
from tenants.api.keyed import KEY, created
from tenants.callers import caller_of
from tenants.permissions import requires

NAME = OpenApiParameter("name", description=_lazy("Only the list of this name."))


class ChangeListSerializer(Strict):
    """What may change."""

    name = Text(required=False, max_length=lists.NAME_LENGTH)
    title = Text(required=False, max_length=lists.TITLE_LENGTH)
    description = Text(required=False, max_length=2000)


class NewListSerializer(ChangeListSerializer):
    """A list that people may subscribe to."""

    name = Text(max_length=lists.NAME_LENGTH)


class ListSerializer(serializers.Serializer[Any]):
    """A list; `subscribers` counts by channel those who confirmed."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    subscribers = serializers.DictField(child=serializers.IntegerField())
    createdAt = serializers.DateTimeField()


class ListsSerializer(PageSerializer):
    """A page of lists, newest first."""

    data = ListSerializer(many=True)  # type: ignore[assignment]


class Lists(TenantView):
    """The tenant's lists."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listLists",
        summary=_lazy("List the lists"),
        parameters=[NAME, *PAGE],
        responses=ListsSerializer,
        tags=["Lists"],
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        tenant = caller_of(request).tenant
        asked = known(request, "name", "limit", "cursor")
        rows = SubscriberList.for_tenant(tenant)
        if "name" in asked:
            rows = rows.filter(name__iexact=asked["name"])
        found = page(
            rows,
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{tenant.id}:lists",
        )
        counts = lists.counts([one.id for one in found.rows])
        return Response(found.body(lambda one: presented(one, counts)))

    @extend_schema(
        operation_id="createList",
        summary=_lazy("Make a list"),
        parameters=[KEY],
        request=NewListSerializer,
        responses={201: ListSerializer},
        tags=["Lists"],
    )
    def post(self, request: Request) -> Response:
        """A list that nobody is subscribed to yet."""
        caller = caller_of(request)
        given = NewListSerializer(data=request.data)
        given.is_valid(raise_exception=True)

        def make() -> dict[str, Any]:
            with writing():
                made = lists.create(caller.tenant, **given.validated_data)
                auditing.record_call(caller, "created", made)
            return presented(made)

        return created(request, "lists", make, place=_place)


class OneList(TenantView):
    """One list of the tenant."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getList",
        summary=_lazy("Read a list"),
        responses=ListSerializer,
        tags=["Lists"],
    )
    def get(self, request: Request, list_id: UUID) -> Response:
        """With how many are subscribed."""
        return Response(presented(lists.find(caller_of(request).tenant, list_id)))

    @extend_schema(
        operation_id="changeList",
        summary=_lazy("Change a list"),
        request=ChangeListSerializer,
        responses=ListSerializer,
        tags=["Lists"],
    )
    def patch(self, request: Request, list_id: UUID) -> Response:
        """Its name, its title, its description."""
        caller = caller_of(request)
        one = lists.find(caller.tenant, list_id)
        given = ChangeListSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        before = auditing.snapshot(one)
        now = {name: getattr(one, name) for name in ("name", "title", "description")}
        with writing():
            lists.change(one, **{**now, **given.validated_data})
            auditing.record_call(caller, "changed", one, before=before)
        return Response(presented(one))

    @extend_schema(
        operation_id="deleteList",
        summary=_lazy("Delete a list"),
        responses={204: None},
        tags=["Lists"],
    )
    def delete(self, request: Request, list_id: UUID) -> Response:
        """With its subscriptions; 409 while an event type names it."""
        caller = caller_of(request)
        one = lists.find(caller.tenant, list_id)
        gone = auditing.snapshot(one)
        with writing():
            auditing.record_call(caller, "deleted", one, before=gone, after={})
            lists.delete(one)
        return Response(status=204)


def presented(
    one: SubscriberList, counts: Mapping[UUID, Mapping[str, int]] | None = None
) -> dict[str, Any]:
    """A list as the API tells of it; one query unless it was counted before."""
    counted = lists.counts([one.id]) if counts is None else counts
    return {
        "id": str(one.id),
        "name": one.name,
        "title": one.title,
        "description": one.description,
        "subscribers": counted.get(one.id, {}),
        "createdAt": one.created_at,
    }


def _place(made: Any) -> str:
    return reverse("api:list", kwargs={"list_id": made["id"]})
