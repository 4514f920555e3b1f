"""What the endpoints' API takes and gives."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from callbacks import endpoints, kinds, wishes
from callbacks.models import Callback, CallbackAttempt, Endpoint, Expunging, Recovery
from notify_project.api.fields import Choice, Strict, Switch, Text, Texts, Time
from notify_project.api.pagination import PageSerializer


class ChangeEndpointSerializer(Strict):
    """What may change."""

    hints = {
        "channelType": "channels",
        "trigger": "on",
        "token": "bearerToken",
        "filter": "events",
        "types": "events",
    }

    url = Text(required=False, max_length=wishes.URL_LENGTH)
    description = Text(required=False, max_length=wishes.DESCRIPTION_LENGTH)
    events = Texts(
        required=False,
        max_length=20,
        help_text=_("Types, or groups of them as in message.*; none: all."),
    )
    on = serializers.ListField(
        child=Choice(sorted(kinds.OUTCOMES)),
        required=False,
        help_text=_("Instead of `events`: success, failure or both."),
    )
    channels = Texts(required=False, max_length=len(wishes.CHANNELS))
    bearerToken = Text(required=False, max_length=wishes.TOKEN_LENGTH)
    headers = serializers.DictField(child=Text(max_length=1000), required=False)
    hexSignature = Switch(
        required=False,
        help_text=_("Whether X-Webhook-Signature is sent as well: hex, without an id."),
    )
    retryRefusals = Switch(
        required=False,
        help_text=_("Whether answers such as 400 or 403 are tried again too."),
    )
    perSecond = serializers.IntegerField(
        required=False, min_value=1, max_value=wishes.FASTEST
    )
    concurrency = serializers.IntegerField(
        required=False, min_value=1, max_value=wishes.MOST_AT_ONCE
    )
    active = Switch(required=False)


class NewEndpointSerializer(ChangeEndpointSerializer):
    """A new endpoint."""

    url = Text(max_length=wishes.URL_LENGTH)
    secret = Text(
        required=False,
        max_length=200,
        help_text=_("Your own: whsec_ and base64. Left out, we make one."),
    )


class NewSecretSerializer(Strict):
    """A change of the secret."""

    secret = Text(required=False, max_length=200, default="")
    keepSeconds = serializers.IntegerField(
        required=False,
        default=endpoints.KEEP_SECONDS,
        min_value=0,
        max_value=endpoints.MOST_KEEP_SECONDS,
        help_text=_("How long the present one goes on being signed with."),
    )


class EndpointSerializer(serializers.Serializer[Any]):
    """An endpoint, and how it does."""

    callbackId = serializers.UUIDField()
    kind = serializers.ChoiceField(Endpoint.Kind.values)
    origin = serializers.ChoiceField(Endpoint.Origin.values)
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    channels = serializers.ListField(child=serializers.CharField())
    hasBearerToken = serializers.BooleanField()
    hexSignature = serializers.BooleanField()
    retryRefusals = serializers.BooleanField()
    perSecond = serializers.IntegerField()
    concurrency = serializers.IntegerField()
    active = serializers.BooleanField()
    offBecause = serializers.CharField(allow_null=True)
    failures = serializers.IntegerField()
    failingSince = serializers.DateTimeField(allow_null=True)
    heldUntil = serializers.DateTimeField(allow_null=True)
    createdAt = serializers.DateTimeField()


class EndpointWithSecretSerializer(EndpointSerializer):
    """The answer that shows the secret, once."""

    secret = serializers.CharField()


class EndpointsSerializer(PageSerializer):
    """A page of endpoints, newest first."""

    data = EndpointSerializer(many=True)  # type: ignore[assignment]


class AttemptSerializer(serializers.Serializer[Any]):
    """One request to an endpoint, and the beginning of its answer."""

    number = serializers.IntegerField()
    startedAt = serializers.DateTimeField()
    durationMs = serializers.IntegerField()
    httpStatus = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    excerpt = serializers.CharField()
    askedBy = serializers.CharField(allow_null=True)


class CallbackSerializer(serializers.Serializer[Any]):
    """One event for one endpoint; `eventId` is its webhook-id."""

    id = serializers.UUIDField()
    callbackId = serializers.UUIDField()
    eventId = serializers.UUIDField()
    type = serializers.CharField()
    status = serializers.CharField()
    attempts = serializers.IntegerField()
    httpStatus = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    nextAttemptAt = serializers.DateTimeField(allow_null=True)
    createdAt = serializers.DateTimeField()
    contentDeletedAt = serializers.DateTimeField(allow_null=True)


class WholeCallbackSerializer(CallbackSerializer):
    """With the body as it is sent, and every attempt."""

    body = serializers.CharField()
    history = AttemptSerializer(many=True)


class CallbacksSerializer(PageSerializer):
    """A page of callbacks, newest first."""

    data = CallbackSerializer(many=True)  # type: ignore[assignment]


class RangeSerializer(Strict):
    """From when, and until when: now, if it is left out."""

    since = Time()
    until = Time(required=False)


class RecoverySerializer(serializers.Serializer[Any]):
    """How far sending again is."""

    recoveryId = serializers.UUIDField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    count = serializers.IntegerField()
    askedBy = serializers.CharField()
    createdAt = serializers.DateTimeField()
    finishedAt = serializers.DateTimeField(allow_null=True)


class RecoveriesSerializer(serializers.Serializer[Any]):
    """The last recoveries of an endpoint."""

    # `data` is also a property of serializers; here it is the field of D33's shape.
    data = RecoverySerializer(many=True)  # type: ignore[assignment]


class ExpungingSerializer(serializers.Serializer[Any]):
    """How far deleting is."""

    expungingId = serializers.UUIDField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    count = serializers.IntegerField()
    askedBy = serializers.CharField()
    createdAt = serializers.DateTimeField()
    finishedAt = serializers.DateTimeField(allow_null=True)


class ExpungingsSerializer(serializers.Serializer[Any]):
    """The last deletions of content at an endpoint."""

    # `data` is also a property of serializers; here it is the field of D33's shape.
    data = ExpungingSerializer(many=True)  # type: ignore[assignment]


def shown_expunging(one: Expunging) -> dict[str, Any]:
    """How far deleting the content of a range is."""
    return {"expungingId": str(one.id), **_shown_range(one)}


def shown_recovery(one: Recovery) -> dict[str, Any]:
    """How far a recovery is."""
    return {"recoveryId": str(one.id), **_shown_range(one)}


def _shown_range(one: Recovery | Expunging) -> dict[str, Any]:
    return {
        "since": one.since,
        "until": one.until,
        "count": one.count,
        "askedBy": one.asked_by,
        "createdAt": one.created_at,
        "finishedAt": one.finished_at,
    }


def shown_endpoint(one: Endpoint) -> dict[str, Any]:
    """An endpoint as the API tells of it: without what is secret."""
    return {
        "callbackId": str(one.id),
        "kind": one.kind,
        "origin": one.origin,
        "url": one.url,
        "description": one.description,
        "events": one.events,
        "channels": one.channels,
        "hasBearerToken": bool(one.bearer_token),
        "hexSignature": one.hex_signature,
        "retryRefusals": one.retries_refusals,
        "perSecond": one.per_second,
        "concurrency": one.concurrency,
        "active": one.active,
        "offBecause": one.off_because or None,
        "failures": one.failures,
        "failingSince": one.failing_since,
        "heldUntil": one.held_until if one.failures else None,
        "createdAt": one.created_at,
    }


def with_secret(one: Endpoint) -> dict[str, Any]:
    """For the one who asked for the secret, once."""
    return {**shown_endpoint(one), "secret": str(one.secret)}


def shown_callback(one: Callback) -> dict[str, Any]:
    """A callback in a list."""
    waits = one.finished_at is None
    return {
        "id": str(one.id),
        "callbackId": str(one.endpoint_id),
        "eventId": str(one.event_id),
        "type": one.type,
        "status": "waiting" if waits else one.state,
        "attempts": one.tries,
        "httpStatus": one.http_status,
        "error": one.error or None,
        "nextAttemptAt": one.due_at if waits else None,
        "createdAt": one.created_at,
        "contentDeletedAt": one.content_deleted_at,
    }


def shown_attempt(one: CallbackAttempt) -> dict[str, Any]:
    """One of its attempts."""
    return {
        "number": one.number,
        "startedAt": one.started_at,
        "durationMs": one.duration_ms,
        "httpStatus": one.http_status,
        "error": one.error or None,
        "excerpt": one.excerpt,
        "askedBy": one.asked_by or None,
    }
