"""From stored rows to what a provider is given: the channel's own payload."""

from __future__ import annotations

from typing import Any

from delivery.models import Attachment, Message
from providers.channels.base import HandOver, channel
from providers.files import File


def payload_of(message: Message) -> Any:
    """The channel's payload of one message; reads its content and files, sealed."""
    content = message.content
    body = content.body
    recipients = [one for one in message.recipients.all() if not one.is_withheld]
    kind = channel(message.channel)
    may_have = kind.attachments and message.has_files
    stored = content.attachments.all() if may_have else ()
    files = tuple(_file(one) for one in stored)
    return kind.payload(
        HandOver(
            message_id=message.id,
            # The same in all attempts: a provider that knows keys can tell a repeat.
            reference=str(message.id),
            sender=body["sender"],
            sender_name=body["senderName"],
            to=tuple(one.address for one in recipients if one.kind == "to"),
            cc=tuple(one.address for one in recipients if one.kind == "cc"),
            bcc=tuple(one.address for one in recipients if one.kind == "bcc"),
            texts=body["texts"],
            body_type=body["bodyType"],
            reply_to=tuple(body["replyTo"]),
            headers=tuple(body["headers"].items()),
            files=files,
        )
    )


def _file(one: Attachment) -> File:
    """Raises ValueError for a document that nobody has made: no mail goes without."""
    if one.recipe is not None:
        raise ValueError("A document has not been made.")
    return File(one.filename, one.content_type, one.data)
