"""The same as accepting, stopped before anything is stored: what would be sent."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from delivery import documents, outside_words
from delivery.composed import Attached, Composed, ComposedChannel, Document
from delivery.composing import KINDS
from events.deciding import decide
from events.requests import NotifyRequest
from providers.channels.base import channel
from providers.files import File
from recipients import people
from templates_app.errors import TemplateError
from tenants.callers import Caller

_SUBSCRIBERS = 10


def preview(
    caller: Caller, request: NotifyRequest, *, bare: str = "", explain: bool = False
) -> dict[str, Any]:
    """Raises what accept() would raise; writes nothing, uses up no key, sends nothing.

    What is made of the params (documents, a service's words) is made, and what refuses
    to be is told.

    By channel, or `bare`: the object of that one. Only what some layer said and what
    was rendered: not the sender that is the default because nobody named one. With
    `explain`, `decidedBy` names the layer that each field is from.
    """
    composed = decide(caller, request)
    body = shown(composed, bare=bare)
    return {**body, "decidedBy": explained(composed, bare=bare)} if explain else body


def explained(composed: Composed, *, bare: str = "") -> dict[str, str]:
    """By field of the channels that are on, and of the callback; "event+augments"
    where both had a part."""
    on = ("callback.", *(f"{one.plan.channel}." for one in composed.live))
    return {
        field.removeprefix(f"{bare}."): layer
        for field, layer in sorted(composed.plan.decided_by.items())
        if field.startswith(on)
    }


def shown(composed: Composed, *, bare: str = "") -> dict[str, Any]:
    """A composed notification as the preview shows it; raises what making its files or
    filling in its words does."""
    said = composed.plan.decided_by
    tenant = composed.plan.tenant_id
    live = [outside_words.finished(one) for one in composed.live]
    found = {one.plan.channel: _channel(one, said, tenant) for one in live}
    body = found[bare] if bare else found
    if composed.plan.warnings:
        body = {**body, "warnings": list(composed.plan.warnings)}
    return body


def _channel(
    one: ComposedChannel, said: Mapping[str, str], tenant_id: UUID
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "recipients": recipients(one, tenant_id),
        "content": _content(one),
    }
    if count := subscribers(one):
        shown["subscribers"] = count
    if one.plan.sender.address and _is_said(one, said, "from", "identityId"):
        shown["from"] = one.plan.sender.address
    if one.reply_to and _is_said(one, said, "from", "identityId", "replyTo"):
        shown["replyTo"] = list(one.reply_to)
    if one.plan.headers:
        shown["headers"] = dict(one.plan.headers)
    if one.files or one.images:
        shown["attachments"] = [*files(one), *embedded(one)]
    return shown


def embedded(one: ComposedChannel) -> list[dict[str, Any]]:
    """The images that the body shows by cid: and these ids."""
    return [
        {
            "filename": each.filename,
            "contentType": each.content_type,
            "contentId": each.name,
            "sizeBytes": each.size,
        }
        for each in one.images
    ]


def files(one: ComposedChannel) -> list[dict[str, Any]]:
    """By their names; what is made of the params is made, and shown whole."""
    return [
        {
            "filename": file.filename,
            "contentType": file.content_type,
            **({} if file is each else _bytes(file)),
        }
        for each, file in zip(one.files, made(one), strict=True)
    ]


def made(one: ComposedChannel) -> list[File]:
    """The files of a channel; raises what refuses to be made, of its field."""
    path = f"{one.plan.path}attachments"
    found = [
        _finished(each, f"{path}[{position}]")
        for position, each in enumerate(one.files)
    ]
    # Together they may be too large, now that their sizes are known.
    channel(one.plan.channel).check_extras({}, found, path=one.plan.path)
    return found


def _finished(one: Attached, field: str) -> File:
    try:
        return documents.finished(one)
    except TemplateError as error:
        by_service = isinstance(one, Document) and "service" in one.recipe
        what = "service" if by_service else "template"
        raise error.at(f"{field}.{what}") from None


def _bytes(file: File) -> dict[str, Any]:
    content = base64.b64encode(file.data).decode()
    return {"sizeBytes": len(file.data), "content": content}


def subscribers(one: ComposedChannel) -> int:
    """How many get a message each, with a link of their own."""
    count = sum(each.subscription is not None for each in one.addresses)
    return count + sum(len(each.people) for each in one.plan.fan_outs)


def recipients(one: ComposedChannel, tenant_id: UUID) -> dict[str, list[str]]:
    """All who are named, and of those who get a message each the first few."""
    first = [each.shown for each in one.addresses if each.subscription is not None]
    for each in one.plan.fan_outs:
        left = max(0, _SUBSCRIBERS - len(first))
        some = people.load(tenant_id, each.source, each.people[:left])
        first += [person.address for person in some]
    shown: dict[str, list[str]] = {}
    for kind in KINDS:
        named = [each for each in one.of_kind(kind) if each.subscription is None]
        shown[kind] = [each.shown for each in named]
    shown["to"] += first[:_SUBSCRIBERS]
    return {kind: addresses for kind, addresses in shown.items() if addresses}


def _is_said(one: ComposedChannel, said: Mapping[str, str], *names: str) -> bool:
    return any(f"{one.plan.channel}.{name}" in said for name in names)


def _content(one: ComposedChannel) -> dict[str, str]:
    wording = one.plan.wording
    texts = {
        (wording.body_key if name == "body" else name): text
        for name, text in one.texts.items()
        if text
    }
    echo = dict(wording.echo)
    if "bodyType" in echo:
        echo["bodyType"] = one.body_type  # Markdown and MJML are sent as html
    if wording.locale:
        echo["locale"] = wording.locale
    return {**texts, **echo}
