"""The shapes of requests that name an event type; only shapes, no meaning."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from events.api.serializers import (
    ChatSerializer,
    EmailSerializer,
    NotifySimpleSerializer,
    Optional,
    SmsSerializer,
    WantedCallbackSerializer,
)
from notify_project.api.fields import Params, Text

_WHERE = {
    "recipients": "email.recipients",
    "content": "email.content",
    **dict.fromkeys(("chat", "msgapp"), "msgApp"),
}


class ChannelsSerializer(Optional):
    """One object per channel; {} or null in overrides switches a channel off."""

    default_error_messages = {
        "invalid": _('Write it as an object: {{"email": {{...}}, "sms": {{...}}}}.')
    }
    hints = _WHERE

    params = Params(required=False)
    callback = WantedCallbackSerializer(required=False)
    email = EmailSerializer(required=False)
    sms = SmsSerializer(required=False)
    msgApp = ChatSerializer(required=False)


class NotifyEventSerializer(NotifySimpleSerializer):
    """POST /notifyevent: the event type's name, params, and what differs this time."""

    hints = {
        **NotifySimpleSerializer.hints,
        **_WHERE,
        **dict.fromkeys(
            ("eventType", "event", "type", "notificationEvent"),
            "notificationEventType",
        ),
        "override": "overrides",
        "augment": "augments",
        "parameters": "params",
    }

    notificationEventType = Text(max_length=100, allow_blank=False)
    overrides = ChannelsSerializer(required=False)
    augments = ChannelsSerializer(required=False)
