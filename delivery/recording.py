"""All rows of one notification, written in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from delivery import announcing, documents, fanning, outside_words, own_words, words
from delivery.composed import Address, Composed, ComposedChannel, Document
from delivery.gates import SUPPRESSED
from delivery.models import (
    Attachment,
    Chunk,
    Content,
    FanOut,
    LedgerEntry,
    Message,
    Notification,
    NotificationTag,
    Recipient,
    Repeat,
)
from delivery.plan import Priority
from delivery.states import MEANINGS, ROLLUP_SECONDS, Overall, Status
from delivery.words import Texts
from notify_project.db.hashing import address_hash
from notify_project.db.ids import uuid7
from notify_project.db.values import insert_objects
from providers.channels.base import channel

_LOOK_AGAIN = timedelta(seconds=ROLLUP_SECONDS)


@dataclass(slots=True)
class _Rows:
    contents: list[Content] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)
    fan_outs: list[FanOut] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)


def record(composed: Composed, notification: Notification) -> None:
    """Insert a notification and everything of it: one statement, however many rows.

    Whoever is told of messages that end here is told in the same transaction.

    Ring its `lanes` after the commit.
    """
    notification.callback = announcing.asked(composed.plan)
    rows = _Rows()
    for one in composed.channels:
        _add(rows, notification, one, composed.plan.missing_params)
    insert_objects(
        [notification],
        rows.contents,
        rows.files,
        rows.messages,
        rows.recipients,
        [*_first_entries(rows.messages), *_withheld_entries(rows.messages)],
        _tags(notification, composed.plan.tags),
        rows.fan_outs,
        rows.chunks,
    )
    withheld = [one for one in rows.messages if one.state == Status.SUPPRESSED]
    announcing.announce_ended(withheld, MEANINGS)


def lanes(composed: Composed, *, now: datetime) -> set[str]:
    """The lanes that have something due at once."""
    due = {
        lane_of(one)
        for one in composed.live
        if one.plan.due_at is None or one.plan.due_at <= now
    }
    return due | {settings.JOBS_LANE} if fanning.fans_out(composed) else due


def lane_of(one: ComposedChannel) -> str:
    """Where its messages wait first: for what is made for them, or to be sent."""
    if one.outside or any(isinstance(each, Document) for each in one.files):
        return settings.DOCUMENTS_LANE
    return sending_lane(one.plan.channel, one.plan.priority)


def sending_lane(channel_code: str, priority: int) -> str:
    """High priority has a lane of its own, so that bulk cannot delay it."""
    kind = "hi" if priority == Priority.HIGH else "bulk"
    return f"{channel(channel_code).lane}-{kind}"


def new_notification(composed: Composed, *, now: datetime) -> Notification:
    """The row, not yet inserted: accepting needs its id for the fingerprint first."""
    plan = composed.plan
    dues = [one.plan.due_at for one in composed.live]
    later = [due for due in dues if due and due > now]
    scheduled = bool(later) and len(later) == len(dues)
    return Notification(
        tenant_id=plan.tenant_id,
        status=Overall.SCHEDULED if scheduled else Overall.QUEUED,
        event_type=plan.event_type,
        event_version=plan.event_version,
        correlation_id=plan.correlation_id,
        correlated=not plan.correlation_made,
        channels=[one.plan.channel for one in composed.live],
        mandatory=plan.mandatory,
        key_type=plan.key_type,
        key_name=plan.key_name,
        params=dict(plan.params) or None,
        decided_by=dict(plan.decided_by),
        warnings=list(plan.warnings),
        created_at=now,
        scheduled_for=min(later) if scheduled else None,
        fan_out=fanning.fans_out(composed),
        # If nobody is left when it is composed, no message asks for the sum.
        rollup_at=now + _LOOK_AGAIN if fanning.fans_out(composed) else None,
    )


def _add(
    rows: _Rows, notification: Notification, one: ComposedChannel, missing: str
) -> None:
    content = Content(
        tenant_id=notification.tenant_id,
        notification_id=notification.id,
        channel=one.plan.channel,
        template=one.plan.wording.template,
        body=content_body(one, missing=missing),
    )
    rows.contents.append(content)
    rows.files += [
        Attachment(
            tenant_id=notification.tenant_id,
            content_id=content.id,
            position=position,
            filename=file.filename,
            content_type=file.content_type,
            size=len(documents.as_file(file).data),
            data=documents.as_file(file).data,
            recipe=dict(file.recipe) if isinstance(file, Document) else None,
        )
        for position, file in enumerate(one.files)
    ]
    _add_messages(rows, notification, content, one)
    for plan in one.plan.fan_outs:
        fan_out, chunks = fanning.rows(content, one, plan, lane=lane_of(one))
        rows.fan_outs.append(fan_out)
        rows.chunks += chunks


def _add_messages(
    rows: _Rows, notification: Notification, content: Content, one: ComposedChannel
) -> None:
    """A message for each envelope, and for each that stays here."""
    for envelope in one.envelopes:
        message = _message(notification, content, one, envelope[0])
        rows.messages.append(message)
        rows.recipients += [_recipient(message, each) for each in envelope]
    for envelope in one.withheld:
        ended = _withheld(notification, envelope[0])
        message = _message(notification, content, one, envelope[0], **ended)
        rows.messages.append(message)
        rows.recipients += [_recipient(message, each) for each in envelope]


def _withheld(notification: Notification, address: Address) -> dict[str, Any]:
    """What a message has that ends before it begins."""
    return {
        "state": Status.SUPPRESSED,
        "finished_at": notification.created_at,
        "error_code": "suppressed",
        "error_detail": SUPPRESSED[address.withheld],
    }


def content_body(one: ComposedChannel, *, missing: str = "error") -> dict[str, Any]:
    """What is stored, sealed, of a channel's words; delivery/handover.py reads it."""
    wording, own = one.plan.wording, one.plan.own
    body = {
        **words.stored(Texts(one.texts, one.body_type, one.images), wording),
        "bodyKey": wording.body_key,
        "sender": one.plan.sender.address,
        "senderName": one.plan.sender.name,
        "replyTo": list(one.reply_to),
        "headers": dict(one.plan.headers),
        "standIn": one.plan.stand_in,
        "named": [list(pair) for pair in one.plan.named],
    }
    if one.outside:
        return {**body, outside_words.KEPT: dict(one.outside)}
    if own is None:
        return body
    # What was made for the first of them, as an example, is nobody else's to read.
    common = {} if own.shares else {"texts": own_words.sources(own), "images": []}
    return {**body, **common, "own": own_words.recipe(own, missing=missing)}


def _message(
    notification: Notification,
    content: Content,
    one: ComposedChannel,
    first: Address,
    **values: Any,
) -> Message:
    message = Message(
        id=uuid7(),
        tenant_id=notification.tenant_id,
        notification_id=notification.id,
        content_id=content.id,
        channel=one.plan.channel,
        lane=lane_of(one),
        priority=int(one.plan.priority),
        created_at=notification.created_at,
        expires_at=one.plan.expires_at,
        pinned_account_id=first.account_id,
        subscription_id=first.subscription,
        on_unknown=one.plan.on_unknown,
        callback=announcing.listener(notification),
        **values,
    )
    if one.plan.due_at is not None:
        message.due_at = message.first_due_at = one.plan.due_at
    return message


def _recipient(message: Message, address: Address) -> Recipient:
    return Recipient(
        tenant_id=message.tenant_id,
        message_id=message.id,
        kind=address.kind,
        address=address.normalised,
        address_hash=address_hash(message.tenant_id, _folded(message, address)),
        created_at=message.created_at,
    )


def _folded(message: Message, address: Address) -> str:
    """Jane@ and jane@ are one person for search and suppression."""
    return channel(message.channel).folded(address.normalised)


def _first_entries(messages: Iterable[Message]) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            tenant_id=one.tenant_id,
            message_id=one.id,
            became=Status.QUEUED,
            cause="accepted",
            at=one.created_at,
        )
        for one in messages
    ]


def _withheld_entries(messages: Iterable[Message]) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            tenant_id=one.tenant_id,
            message_id=one.id,
            was=Status.QUEUED,
            became=Status.SUPPRESSED,
            cause="suppressed",
            detail=one.error_detail,
            at=one.created_at,
        )
        for one in messages
        if one.state == Status.SUPPRESSED
    ]


def record_repeat(original: Notification, correlation_id: str) -> None:
    """A call that `original` answers: one row, and nothing of what it would send."""
    repeat = Repeat(
        tenant_id=original.tenant_id,
        notification=original,
        correlation_id=correlation_id,
    )
    repeat.save(force_insert=True)


def _tags(notification: Notification, tags: Iterable[str]) -> list[NotificationTag]:
    return [
        NotificationTag(
            tenant_id=notification.tenant_id,
            notification_id=notification.id,
            tag=tag,
            created_at=notification.created_at,
        )
        for tag in tags
    ]
