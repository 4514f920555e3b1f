"""From stored rows to what a provider is given: the channel's own payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from delivery.models import Attachment, Message
from providers.channels.base import HandOver, channel
from providers.files import File
from recipients import links
from templates_app import embedding, images


def payload_of(message: Message) -> Any:
    """The channel's payload of one message; reads its content and files, sealed."""
    content = message.content
    body = body_of(message)
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
            texts=texts_of(message, body),
            body_type=body["bodyType"],
            reply_to=tuple(body["replyTo"]),
            headers=_headers(message, body),
            files=(*files, *images_of(body)),
        )
    )


def body_of(message: Message) -> Mapping[str, Any]:
    """The content's, with the words of the person's own over it."""
    may_have = message.subscription_id and message.notification.fan_out
    own = getattr(message, "own_words", None) if may_have else None
    return {**message.content.body, **own.body} if own else message.content.body


def images_of(body: Mapping[str, Any]) -> tuple[File, ...]:
    """The images that a content's body shows, as they were when it was accepted.

    Raises ValueError for one that is not kept any more: no mail goes without.
    """
    stored = [
        (name, UUID(picture), content_type, filename)
        for name, picture, content_type, filename in body.get("images", ())
    ]
    data = images.loaded([picture for _name, picture, *_rest in stored])
    if missing := [name for name, picture, *_rest in stored if picture not in data]:
        raise ValueError(f"An image is not kept any more: {missing[0]}.")
    return tuple(
        File(filename, content_type, data[picture], content_id=name)
        for name, picture, content_type, filename in stored
    )


def framed(body: Mapping[str, Any]) -> str:
    """A content's HTML for a page: its images stand in it, as far as they are kept."""
    stored = {name: (UUID(key), kind) for name, key, kind, _ in body.get("images", ())}
    data = images.loaded([key for key, _kind in stored.values()])
    urls = {
        name: embedding.data_url(kind, data[key])
        for name, (key, kind) in stored.items()
        if key in data
    }
    return embedding.inlined(body.get("texts", {}).get("body", ""), urls.get)


def _file(one: Attachment) -> File:
    """Raises ValueError for a document that nobody has made: no mail goes without."""
    if one.recipe is not None:
        raise ValueError("A document has not been made.")
    return File(one.filename, one.content_type, one.data)


def texts_of(message: Message, body: Mapping[str, Any]) -> Mapping[str, str]:
    """A content's texts as this message's recipients read them.

    A subscriber's own link takes the place of the one that stands in for it, which is
    as long; whoever is no subscriber keeps that one, and its page tells them so.
    """
    texts: Mapping[str, str] = body["texts"]
    stand_in = body.get("standIn")
    if message.subscription_id is None or not stand_in:
        return texts
    link = links.unsubscribe_url(message.subscription_id)
    return {name: text.replace(stand_in, link) for name, text in texts.items()}


def _headers(message: Message, body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """For a subscriber with one-click unsubscription (RFC 8058); where we say it, the
    sender's own word is left out. A mandatory message cannot be unsubscribed from."""
    given: Mapping[str, str] = body["headers"]
    if message.subscription_id is None or message.notification.mandatory:
        return tuple(given.items())
    link = links.unsubscribe_url(message.subscription_id)
    ours = {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    said = {name.lower() for name in ours}
    kept = {name: text for name, text in given.items() if name.lower() not in said}
    return tuple({**kept, **ours}.items())
