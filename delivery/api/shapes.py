"""Shapes of status answers and of changes, for checking and for OpenAPI."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from notify_project.api.fields import Choice, Strict, Time
from notify_project.api.pagination import PageSerializer


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    retryable = serializers.BooleanField()


class RecipientSerializer(serializers.Serializer[Any]):
    address = serializers.CharField()
    kind = serializers.ChoiceField(["to", "cc", "bcc"])
    status = serializers.CharField()
    detail = serializers.CharField(required=False)
    error = ErrorSerializer(required=False)


class ChannelStatusSerializer(serializers.Serializer[Any]):
    status = serializers.CharField()
    provider = serializers.CharField(allow_null=True)
    attempts = serializers.IntegerField()
    recipients = RecipientSerializer(many=True)
    error = ErrorSerializer(required=False)
    holdReason = serializers.CharField(required=False)
    maybeDuplicate = serializers.BooleanField(required=False)
    complained = serializers.BooleanField(required=False)
    people = serializers.IntegerField(required=False)
    counts = serializers.DictField(child=serializers.IntegerField(), required=False)


class HistorySerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    channel = serializers.CharField()
    messageId = serializers.UUIDField()
    status = serializers.CharField()
    cause = serializers.CharField()
    detail = serializers.CharField(required=False)


class SummarySerializer(serializers.Serializer[Any]):
    """One notification in a list."""

    notifyId = serializers.UUIDField()
    status = serializers.CharField()
    correlationId = serializers.CharField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    createdAt = serializers.DateTimeField()
    scheduledFor = serializers.DateTimeField(required=False)
    eventType = serializers.CharField(required=False)
    test = serializers.BooleanField(required=False)
    warnings = serializers.ListField(child=serializers.CharField(), required=False)
    channels = serializers.DictField(child=ChannelStatusSerializer())


class NotificationSerializer(SummarySerializer):
    """One notification with its history."""

    history = HistorySerializer(many=True)
    content = serializers.DictField(required=False)


class NotificationsSerializer(PageSerializer):
    """A page of notifications, newest first."""

    data = SummarySerializer(many=True)  # type: ignore[assignment]


class CancelledSerializer(serializers.Serializer[Any]):
    """How many messages were stopped, and how many had left."""

    notifyId = serializers.UUIDField()
    status = serializers.CharField()
    cancelled = serializers.IntegerField()
    notCancelled = serializers.IntegerField()


class ChangedSerializer(serializers.Serializer[Any]):
    """What a PATCH has changed: messages cancelled, or given another time."""

    notifyId = serializers.UUIDField()
    status = serializers.CharField()
    scheduledFor = serializers.DateTimeField(required=False)
    cancelled = serializers.IntegerField(required=False)
    notCancelled = serializers.IntegerField(required=False)
    rescheduled = serializers.IntegerField(required=False)
    notRescheduled = serializers.IntegerField(required=False)


class NotificationChangeSerializer(Strict):
    """Either an action or a new time."""

    action = Choice(["cancel"], required=False)
    delayedSend = Time(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(
                'Give either {"action": "cancel"} or {"delayedSend": "..."}.'
            )
        return attrs


class ReportRowSerializer(serializers.Serializer[Any]):
    """A count, and of its parts those that were asked for."""

    day = serializers.DateField(required=False)
    channel = serializers.CharField(required=False)
    eventType = serializers.CharField(required=False)
    template = serializers.CharField(required=False)
    provider = serializers.CharField(required=False)
    status = serializers.CharField(required=False)
    statistics = serializers.CharField(required=False)
    count = serializers.IntegerField()


class ReportSerializer(serializers.Serializer[Any]):
    """Counts of messages; `totals` has all of them by statistics status."""

    startDate = serializers.DateField()
    endDate = serializers.DateField()
    groupBy = serializers.ListField(child=serializers.CharField())
    # `data` is also a property of serializers; here it is the field of D33's shape.
    data = ReportRowSerializer(many=True)  # type: ignore[assignment]
    totals = serializers.DictField(child=serializers.IntegerField())
