"""The shapes of answers to sends and previews, for the OpenAPI description."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from notify_project.api.pagination import PageSerializer


class AcceptedSerializer(serializers.Serializer[Any]):
    """202: stored, and on its way."""

    notifyId = serializers.UUIDField()
    statusUrl = serializers.URLField()
    status = serializers.ChoiceField(["accepted", "scheduled"])
    channels = serializers.ListField(child=serializers.CharField())
    createdAt = serializers.DateTimeField()
    correlationId = serializers.CharField(required=False)
    duplicate = serializers.BooleanField(required=False)
    message = serializers.CharField(required=False)
    warnings = serializers.ListField(child=serializers.CharField(), required=False)


class ShownRecipientsSerializer(serializers.Serializer[Any]):
    """Who would get it; a list that would be empty is left out."""

    to = serializers.ListField(child=serializers.CharField(), required=False)
    cc = serializers.ListField(child=serializers.CharField(), required=False)
    bcc = serializers.ListField(child=serializers.CharField(), required=False)


class ShownContentSerializer(serializers.Serializer[Any]):
    """The rendered texts, and of the rest what was said somewhere."""

    subject = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    body = serializers.CharField(required=False)
    message = serializers.CharField(required=False)
    bodyType = serializers.CharField(required=False)
    renderer = serializers.CharField(required=False)


class ShownFileSerializer(serializers.Serializer[Any]):
    """A file that would go along."""

    filename = serializers.CharField()
    contentType = serializers.CharField()


class ChannelPreviewSerializer(serializers.Serializer[Any]):
    """What would be sent over one channel."""

    recipients = ShownRecipientsSerializer(required=False)
    subscribers = serializers.IntegerField(required=False)
    content = ShownContentSerializer(required=False)
    replyTo = serializers.ListField(child=serializers.CharField(), required=False)
    headers = serializers.DictField(child=serializers.CharField(), required=False)
    attachments = ShownFileSerializer(many=True, required=False)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is a word of Python's, so it cannot be declared above."""
        fields = super().get_fields()
        fields["from"] = serializers.CharField(required=False)
        return fields


class PreviewSerializer(ChannelPreviewSerializer):
    """200: by channel, or the bare channel on a channel's own path."""

    email = ChannelPreviewSerializer(required=False)
    sms = ChannelPreviewSerializer(required=False)
    msgApp = ChannelPreviewSerializer(required=False)
    warnings = serializers.ListField(child=serializers.CharField(), required=False)
    decidedBy = serializers.DictField(child=serializers.CharField(), required=False)


class EventTypeSerializer(serializers.Serializer[Any]):
    """An event type that can be named now, and the params that it needs."""

    eventTypeId = serializers.UUIDField()
    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    displayName = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()
    urgency = serializers.CharField()
    mandatory = serializers.BooleanField()
    version = serializers.IntegerField()
    channels = serializers.ListField(child=serializers.CharField())
    params = serializers.ListField(child=serializers.CharField())
    paramsSchema = serializers.DictField(allow_null=True)
    sampleParams = serializers.DictField()


class EventTypesSerializer(PageSerializer):
    """A page of event types, newest first."""

    data = EventTypeSerializer(many=True)  # type: ignore[assignment]
