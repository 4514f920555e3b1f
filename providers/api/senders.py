"""GET/POST /senders, GET/PATCH/DELETE /senders/{id}."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.fields import Strict, Switch, Text
from notify_project.api.pagination import PAGE, PageSerializer, page
from notify_project.api.queries import known
from notify_project.queue.writing import writing
from providers import senders
from providers.channels.base import channel
from providers.models import Sender
from tenants import auditing
from tenants.api import TenantView
from tenants.api.keyed import KEY, created
from tenants.callers import caller_of
from tenants.permissions import requires


class ChangeSenderSerializer(Strict):
    """What may change; for another address make another sender."""

    hints = {"address": "it in a POST: another address is another sender"}

    name = Text(required=False, max_length=100)
    replyTo = Text(required=False, allow_null=True, max_length=254)
    isDefault = Switch(required=False)


class NewSenderSerializer(ChangeSenderSerializer):
    """A sender to be verified."""

    channel = Text(required=False, max_length=20, default="email")
    address = Text(max_length=254)


class SenderSerializer(serializers.Serializer[Any]):
    """A sender."""

    id = serializers.UUIDField()
    channel = serializers.CharField()
    address = serializers.CharField()
    name = serializers.CharField()
    replyTo = serializers.CharField(allow_null=True)
    isDefault = serializers.BooleanField()
    verified = serializers.BooleanField()
    verification = serializers.CharField(required=False)
    createdAt = serializers.DateTimeField()


class SendersSerializer(PageSerializer):
    """A page of senders, newest first."""

    data = SenderSerializer(many=True)  # type: ignore[assignment]


class Senders(TenantView):
    """The tenant's senders."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listSenders",
        summary=_lazy("List senders"),
        parameters=[*PAGE],
        responses=SendersSerializer,
        tags=["Senders"],
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        caller = caller_of(request)
        asked = known(request, "limit", "cursor")
        found = page(
            Sender.for_tenant(caller.tenant),
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{caller.tenant.id}:senders",
        )
        return Response(found.body(presented))

    @extend_schema(
        operation_id="addSender",
        summary=_lazy("Add a sender"),
        parameters=[KEY],
        request=NewSenderSerializer,
        responses={201: SenderSerializer},
        tags=["Senders"],
    )
    def post(self, request: Request) -> Response:
        """Add a sender; an e-mail address is mailed a link that verifies it."""
        caller = caller_of(request)
        given = NewSenderSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        code = channel(values["channel"], field="channel").code

        def make() -> dict[str, Any]:
            address, rest = values["address"], _renamed(values)
            with writing():
                sender = senders.create(
                    caller.tenant, channel_code=code, address=address, **rest
                )
                auditing.record_call(caller, "created", sender)
            return presented(sender)

        return created(
            request,
            "senders",
            make,
            place=lambda made: reverse("api:sender", kwargs={"sender_id": made["id"]}),
        )


class OneSender(TenantView):
    """One sender of the tenant."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getSender",
        summary=_lazy("Read a sender"),
        responses=SenderSerializer,
        tags=["Senders"],
    )
    def get(self, request: Request, sender_id: UUID) -> Response:
        """Whether it is verified, and how to."""
        return Response(presented(senders.find(caller_of(request).tenant, sender_id)))

    @extend_schema(
        operation_id="changeSender",
        summary=_lazy("Change a sender"),
        request=ChangeSenderSerializer,
        responses=SenderSerializer,
        tags=["Senders"],
    )
    def patch(self, request: Request, sender_id: UUID) -> Response:
        """Change name, replyTo, or make it the default."""
        caller = caller_of(request)
        tenant = caller.tenant
        sender = senders.find(tenant, sender_id)
        given = ChangeSenderSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        before = auditing.snapshot(sender)
        with writing():
            changed = senders.change(sender, tenant, **_renamed(given.validated_data))
            auditing.record_call(caller, "changed", changed, before=before)
        return Response(presented(changed))

    @extend_schema(
        operation_id="deleteSender",
        summary=_lazy("Delete a sender"),
        responses={204: None},
        tags=["Senders"],
    )
    def delete(self, request: Request, sender_id: UUID) -> Response:
        """Delete it; 409 while the defaults use it."""
        caller = caller_of(request)
        sender = senders.find(caller.tenant, sender_id)
        gone = auditing.snapshot(sender)
        with writing():
            auditing.record_call(caller, "deleted", sender, before=gone, after={})
            senders.delete(sender)
        return Response(status=204)


_FIELDS = {"name": "name", "replyTo": "reply_to", "isDefault": "is_default"}


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    """By our names; a replyTo of null, as answers have it, is none."""
    found = {ours: values[name] for name, ours in _FIELDS.items() if name in values}
    if found.get("reply_to", "") is None:
        found["reply_to"] = ""
    return found


def presented(sender: Sender) -> dict[str, Any]:
    """A sender as the API tells of it."""
    shown: dict[str, Any] = {
        "id": str(sender.id),
        "channel": sender.channel,
        "address": sender.address,
        "name": sender.name,
        "replyTo": sender.reply_to or None,
        "isDefault": sender.is_default,
        "verified": sender.verified_at is not None,
        "createdAt": sender.created_at,
    }
    if sender.verified_at is None:
        shown["verification"] = _how(sender)
    return shown


def _how(sender: Sender) -> str:
    if sender.channel == "email" and "@" in sender.address:
        return _("Follow the link in the mail that was sent to this address.")
    return _("Ask the operator to verify it.")
