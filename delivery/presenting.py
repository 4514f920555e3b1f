"""A notification as the API tells of it: status per channel, recipients, history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from delivery import crowds
from delivery.models import Content, LedgerEntry, Message, Notification
from delivery.models.notification import TESTS
from delivery.querying import api_status
from delivery.states import MEANINGS, OPEN_OVERALL, Status
from notify_project.queue.models import OPEN

# A notification's channel is as far as its least finished message.
_ORDER = ("scheduled", "queued", "sending", "failed", "suppressed", "cancelled", "sent")


def summary(notification: Notification) -> dict[str, Any]:
    """One line of GET /notify."""
    now = timezone.now()
    shown: dict[str, Any] = {
        "notifyId": str(notification.id),
        "status": notification.status,
        "correlationId": notification.correlation_id or None,
        "tags": [one.tag for one in notification.tags.all()],
        "createdAt": stamp(notification.created_at),
        "channels": _channels(notification, now),
    }
    if notification.event_type:
        shown["eventType"] = notification.event_type
    shown.update(_scheduled(notification))
    if notification.key_type in TESTS:
        shown["test"] = True
    if notification.warnings:
        shown["warnings"] = notification.warnings
    return shown


def whole(
    notification: Notification,
    history: Sequence[LedgerEntry],
    contents: Sequence[Content] = (),
) -> dict[str, Any]:
    """GET /notify/{id}; `contents` only for those who may see them."""
    shown = {**summary(notification), "history": _history(notification, history)}
    if contents:
        # Of what was deleted, nothing is shown.
        kept = [one for one in contents if one.body]
        shown["content"] = {one.channel: _content(one) for one in kept}
    return shown


def changed(notification: Notification, counts: Mapping[str, int]) -> dict[str, Any]:
    """The answer to a cancel or reschedule: its status now, and what was changed."""
    return {
        "notifyId": str(notification.id),
        "status": notification.status,
        **_scheduled(notification),
        **counts,
    }


def _scheduled(notification: Notification) -> dict[str, str]:
    if notification.scheduled_for and notification.status in OPEN_OVERALL:
        return {"scheduledFor": stamp(notification.scheduled_for)}
    return {}


def _channels(notification: Notification, now: datetime) -> dict[str, Any]:
    """Of a fan-out, the counts, and the first of its recipients."""
    if not notification.fan_out:
        return channels(list(notification.messages.all()), now)
    crowd = crowds.of(notification)
    shown = channels(crowd.first, now)
    for name, counts in crowd.counts.items():
        one = shown.setdefault(name, {"provider": None, "recipients": []})
        one["status"] = _joint([word for word, count in counts.items() if count])
        one["attempts"] = crowd.attempts.get(name, 0)
        one["people"] = counts.total()
        one["counts"] = dict(counts)
    return shown


def channels(messages: Sequence[Message], now: datetime) -> dict[str, Any]:
    """By channel: status, provider, attempts, error, recipients.

    Of a channel from which some were left out, those who were not are told of.
    """
    by_channel: dict[str, list[Message]] = defaultdict(list)
    for one in messages:
        by_channel[one.channel].append(one)
    return {name: _channel(group, now) for name, group in by_channel.items()}


def _channel(messages: Sequence[Message], now: datetime) -> dict[str, Any]:
    told = [one for one in messages if one.state != Status.SUPPRESSED] or messages
    words = [api_status(one, now) for one in told]
    shown: dict[str, Any] = {
        "status": _joint(words),
        "provider": next((one.provider for one in messages if one.provider), None),
        "attempts": sum(one.attempts for one in messages),
        "recipients": [each for one in messages for each in _recipients(one, now)],
    }
    failed = next((one for one in told if one.error_code), None)
    if failed:
        shown["error"] = _error(failed)
    held = next((one.hold_reason for one in messages if one.hold_reason), "")
    if held:
        shown["holdReason"] = held
    if any(one.maybe_duplicate for one in messages):
        shown["maybeDuplicate"] = True
    if any(one.complained_at for one in messages):
        shown["complained"] = True
    return shown


def _joint(words: Sequence[str]) -> str:
    """One word if all agree; else the first in which something is still to do."""
    if len(set(words)) == 1:
        return words[0]
    return min(words, key=lambda one: _ORDER.index(one) if one in _ORDER else 99)


def _recipients(message: Message, now: datetime) -> list[dict[str, Any]]:
    word = api_status(message, now)
    return [
        {
            "address": one.address,
            "kind": one.kind,
            "status": MEANINGS[one.state].api if one.state else word,
            **({"detail": one.detail} if one.detail else {}),
            **({"error": _error(message)} if message.error_code else {}),
        }
        for one in message.recipients.all()
    ]


def _error(message: Message) -> dict[str, Any]:
    waiting = message.state in OPEN
    retryable = True if waiting else MEANINGS[message.state].retryable
    return {
        "code": message.error_code,
        "message": message.error_detail,
        "retryable": bool(retryable),
    }


def _history(
    notification: Notification, entries: Sequence[LedgerEntry]
) -> list[dict[str, Any]]:
    channel_of = _channels_of(notification, entries)
    return [
        {
            "at": stamp(one.at),
            "channel": channel_of.get(one.message_id, ""),
            "messageId": str(one.message_id),
            "status": MEANINGS[one.became].api,
            "cause": one.cause,
            **({"detail": one.detail} if one.detail else {}),
        }
        for one in entries
    ]


def _channels_of(
    notification: Notification, entries: Sequence[LedgerEntry]
) -> dict[UUID, str]:
    if not notification.fan_out:
        return {one.id: one.channel for one in notification.messages.all()}
    told = Message.for_tenant(notification.tenant_id).filter(
        id__in={one.message_id for one in entries}
    )
    return dict(told.values_list("id", "channel"))


def _content(content: Content) -> dict[str, Any]:
    body = content.body
    texts = dict(body["texts"])
    if "body" in texts:
        texts[body["bodyKey"]] = texts.pop("body")
    files = [
        {
            "filename": one.filename,
            "contentType": one.content_type,
            **({} if getattr(one, "unmade", False) else {"sizeBytes": one.size}),
        }
        for one in content.listed_files()
    ]
    shown: dict[str, Any] = {**texts, "bodyType": body["bodyType"]}
    if body["sender"]:
        shown["from"] = body["sender"]
    files += [
        {"filename": filename, "contentType": kind, "contentId": name}
        for name, _picture, kind, filename in body.get("images", ())
    ]
    if files:
        shown["attachments"] = files
    if body.get("madeOf"):
        shown["templates"] = body["madeOf"]
    if body.get("locale"):
        shown["locale"] = body["locale"]
    return shown


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
