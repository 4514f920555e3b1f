"""The shapes of send and preview requests; only shapes, no meaning.

Texts are checked after rendering, by their channel. Names that one thing has two of
("message" and "body") are made one in events/api/requests.py.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from callbacks.kinds import OUTCOMES
from delivery.unknowns import Policy
from events.api.references import Entries, TemplateReference
from notify_project.api.fields import (
    Base64,
    Choice,
    Params,
    Strict,
    Switch,
    Text,
    Texts,
)

BODY_LENGTH = 1_000_000
PRIORITIES = ("high", "normal", "low")
_AN_OBJECT_OF_RECIPIENTS = _(
    'Write recipients as an object, {{"to": ["..."]}}: the addresses go into '
    "recipients.to."
)
_IN_RECIPIENTS = {name: f"recipients.{name}" for name in ("to", "cc", "bcc")}
_IN_CONTENT = {
    name: f"content.{name}"
    for name in (
        "subject",
        "body",
        "message",
        "title",
        "bodyType",
        "renderer",
        "templateId",
        "template",
    )
}


class Optional(Strict):
    """Fields that need not be given may also be null, which says nothing.

    In layers above the tenant's, null takes away what is inherited (D22).
    """

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        fields = super().get_fields()
        for field in fields.values():
            if not field.required:
                field.allow_null = True
        return fields


class RecipientsSerializer(Optional):
    """Addresses; each may hold {{...}}, a param that is a list gives several."""

    default_error_messages = {"invalid": _AN_OBJECT_OF_RECIPIENTS}

    to = Entries(required=False, max_length=1000)
    cc = Entries(required=False, max_length=1000)
    bcc = Entries(required=False, max_length=1000)


class ToSerializer(Optional):
    """Addresses of a channel without copies."""

    default_error_messages = {"invalid": _AN_OBJECT_OF_RECIPIENTS}
    hints = {"cc": "only recipients.to", "bcc": "only recipients.to"}

    to = Entries(required=False, max_length=1000)


class ContentSerializer(Optional):
    """What every channel's content may say."""

    default_error_messages = {
        "invalid": _('Write content as an object: {{"body": "..."}}.')
    }

    bodyType = Text(required=False, max_length=20)
    renderer = Text(required=False, max_length=20)
    templateId = Text(required=False, max_length=200)


class EmailContentSerializer(ContentSerializer):
    """The words of a mail."""

    hints = {"message": "content.body", "text": "content.body", "html": "content.body"}

    subject = Text(required=False, max_length=10_000)
    body = Text(required=False, max_length=BODY_LENGTH)
    template = TemplateReference("subject", "body", "message", required=False)


class SmsContentSerializer(ContentSerializer):
    """The words of a text message; `message` is another name for `body`."""

    hints = {"text": "content.body"}

    body = Text(required=False, max_length=BODY_LENGTH)
    message = Text(required=False, max_length=BODY_LENGTH)
    template = TemplateReference("body", "message", required=False)


class ChatContentSerializer(SmsContentSerializer):
    """The words of a chat message."""

    title = Text(required=False, max_length=10_000)
    template = TemplateReference("title", "body", "message", required=False)


class AttachmentSerializer(Optional):
    """A file: `content` in base64 with the strict alphabet; or the `template` of a
    document, which is filled with the params and made a PDF; or the `service` that
    makes one.

    `mimeType` and `templateId` are other names. The name of a document may hold
    {{...}}. Beside `service`, `template` is the service's own id of one.
    """

    hints = {"name": "filename", "file": "content", "data": "content"}

    content = Base64(required=False)
    contentType = Text(required=False, max_length=200)
    mimeType = Text(required=False, max_length=200)
    filename = Text(max_length=1000)
    template = TemplateReference(required=False)
    templateId = Text(required=False, max_length=200)
    service = Text(required=False, max_length=100)
    convertTo = Text(required=False, max_length=20)
    params = Params(required=False)

    def to_internal_value(self, data: Any) -> Any:
        """Raises for one that is neither given nor to be made."""
        values = super().to_internal_value(data)
        names = ("template", "templateId", "service")
        named = any(values.get(name) for name in names)
        if values.get("content") is None and not named:
            text = _("Give the content in base64, a document's template, or a service.")
            told = serializers.ErrorDetail(str(text), code="required")
            raise serializers.ValidationError({"content": [told]})
        return values


class ChannelSerializer(Optional):
    """What every channel takes beside recipients and content."""

    hints = {
        **_IN_RECIPIENTS,
        **_IN_CONTENT,
        "text": "content.body",
        "sender": "from",
        "files": "attachments",
        "sendAt": "delayedSend",
        "scheduledFor": "delayedSend",
    }
    default_error_messages = {
        "invalid": _(
            'Write it as an object: {{"recipients": {{...}}, "content": {{...}}}}.'
        )
    }

    params = Params(required=False)
    account = Text(required=False, max_length=100, help_text=_("An account's name."))
    priority = Choice(PRIORITIES, required=False)
    onUnknown = Choice([str(one) for one in Policy], required=False)
    delayedSend = Text(required=False, max_length=40)
    expiresAt = Text(required=False, max_length=40)


class EmailSerializer(ChannelSerializer):
    """The channel `email`."""

    hints = {
        **ChannelSerializer.hints,
        "message": "content.body",
        "html": 'content.body, with "bodyType": "html"',
    }

    recipients = RecipientsSerializer(required=False)
    content = EmailContentSerializer(required=False)
    identityId = serializers.UUIDField(required=False)
    replyTo = Texts(required=False, max_length=5)
    headers = serializers.DictField(child=Text(max_length=1000), required=False)
    attachments = AttachmentSerializer(many=True, required=False)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is a word of Python's, so it cannot be declared above."""
        fields = super().get_fields()
        fields["from"] = Text(required=False, allow_null=True, max_length=320)
        return fields


class SmsSerializer(ChannelSerializer):
    """The channel `sms`."""

    hints = {
        **ChannelSerializer.hints,
        "attachments": "email.attachments: a text message has none",
        "files": "email.attachments: a text message has none",
    }

    recipients = ToSerializer(required=False)
    content = SmsContentSerializer(required=False)
    identityId = serializers.UUIDField(required=False)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        fields = super().get_fields()
        fields["from"] = Text(required=False, allow_null=True, max_length=320)
        return fields


class ChatSerializer(ChannelSerializer):
    """The channel `msgApp`; recipients are names of the tenant's destinations."""

    recipients = ToSerializer(required=False)
    content = ChatContentSerializer(required=False)
    provider = Text(
        required=False,
        max_length=40,
        help_text=_("Only destinations of this provider."),
    )


class WantedCallbackSerializer(Optional):
    """Who is told what becomes of it; {} switches callbacks off for this request."""

    hints = {"trigger": "on", "events": "on"}

    url = Text(required=False, max_length=2000)
    on = serializers.ListField(child=Choice(sorted(OUTCOMES)), required=False)
    headers = serializers.DictField(child=Text(max_length=1000), required=False)


class RequestSerializer(Optional):
    """What a request says beside its channels."""

    params = Params(required=False)
    correlationId = Text(required=False, max_length=100)
    tags = Texts(required=False, max_length=10)
    tag = Texts(required=False, max_length=10)
    allowDuplicate = Switch(required=False)
    callback = WantedCallbackSerializer(required=False)
    locale = Text(
        required=False,
        max_length=35,
        help_text=_("The language of templates that have several, such as fr-CA."),
    )


class NotifySimpleSerializer(RequestSerializer):
    """POST /notifysimple: one object per channel."""

    hints = {
        "recipients": "email.recipients (or POST to /notifysimple/email)",
        "content": "email.content (or POST to /notifysimple/email)",
        "to": "email.recipients.to",
        "subject": "email.content.subject",
        "body": "email.content.body",
        "message": "email.content.body or sms.content.message",
        "mail": "email",
        "text": "sms",
        **dict.fromkeys(("chat", "msgapp"), "msgApp"),
    }

    email = EmailSerializer(required=False)
    sms = SmsSerializer(required=False)
    msgApp = ChatSerializer(required=False)
    delayedSend = Text(required=False, max_length=40)
    expiresAt = Text(required=False, max_length=40)
    priority = Choice(PRIORITIES, required=False)


class NotifyEmailSerializer(RequestSerializer, EmailSerializer):
    """POST /notifysimple/email: the channel's object itself."""


class NotifySmsSerializer(RequestSerializer, SmsSerializer):
    """POST /notifysimple/sms: the channel's object itself."""


class NotifyChatSerializer(RequestSerializer, ChatSerializer):
    """POST /notifysimple/msgApp: the channel's object itself."""


BARE = {
    "email": NotifyEmailSerializer,
    "sms": NotifySmsSerializer,
    "msgApp": NotifyChatSerializer,
}
