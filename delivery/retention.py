"""What is kept for how long: content, then the history itself; counts for ever.

A tenant's own days hold (content 30, history 90 by default). Deleting goes in chunks,
each a transaction of its own, and may be stopped at any moment and go on later. What
is deleted of the history is counted in the transaction that deletes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from delivery import counting
from delivery.models import (
    Attachment,
    Attempt,
    Chunk,
    Content,
    FanOut,
    LedgerEntry,
    Message,
    Notification,
    NotificationTag,
    OwnWords,
    ReceivedText,
    Recipient,
    Repeat,
)
from delivery.states import OPEN_OVERALL
from notify_project.db import clock
from notify_project.queue.writing import writing
from templates_app import images
from tenants.models import Tenant

EVERY_SECONDS = 3600.0
CHUNK = 500  # notifications
# One notification may have 100,000 messages, and each some five rows.
MESSAGES = 1000
_CHUNKS_A_RUN = 200  # for one tenant; the rest waits for the next hour


def forget_old() -> None:
    """Delete what every tenant no longer wants kept."""
    now = clock.now()
    for tenant in Tenant.objects.order_by("id").iterator():
        _in_chunks(_spent_content(tenant, now), _delete_content)
        _in_chunks(_spent_history(tenant, now), _delete_history)
        _forget_texts(tenant, now)
        _forget_pictures(tenant, now)


def _forget_pictures(tenant: Tenant, now: datetime) -> None:
    """Those that were replaced so long ago that nothing accepted with them is kept."""
    days = tenant.content_retention_days + tenant.max_delay_days + 1
    with writing():
        images.forget(tenant, now - timedelta(days=days))


def _spent_content(tenant: Tenant, now: datetime) -> QuerySet[Notification]:
    until = now - timedelta(days=tenant.content_retention_days)
    return _ended(tenant, until).filter(content_deleted_at__isnull=True)


def _forget_texts(tenant: Tenant, now: datetime) -> None:
    """What people sent to us is content, all of it."""
    until = now - timedelta(days=tenant.content_retention_days)
    old = ReceivedText.for_tenant(tenant).filter(created_at__lt=until)
    while ids := list(old.values_list("id", flat=True)[:CHUNK]):
        with writing():
            ReceivedText.for_tenant(tenant).filter(id__in=ids).delete()


def _spent_history(tenant: Tenant, now: datetime) -> QuerySet[Notification]:
    """Whole days (UTC): a report of a day then has all of it, or what is counted."""
    until = now.astimezone(UTC) - timedelta(days=tenant.metadata_retention_days)
    return _ended(tenant, until.replace(hour=0, minute=0, second=0, microsecond=0))


def _ended(tenant: Tenant, until: datetime) -> QuerySet[Notification]:
    """What was accepted before, and has nothing left to send."""
    old = Notification.for_tenant(tenant).filter(created_at__lt=until)
    return old.exclude(status__in=OPEN_OVERALL).order_by("created_at")


def _in_chunks(
    rows: QuerySet[Notification], delete: Callable[[Sequence[UUID]], None]
) -> None:
    for _turn in range(_CHUNKS_A_RUN):
        ids = list(rows.values_list("id", flat=True)[:CHUNK])
        if not ids:
            return
        delete(ids)


def _delete_content(ids: Sequence[UUID]) -> None:
    """The words, files and params go; who, when and what became of it stays."""
    with writing():
        of_these = Content.across_tenants().filter(notification_id__in=ids)
        Attachment.across_tenants().filter(content__in=of_these).delete()
        OwnWords.across_tenants().filter(message__notification__in=ids).delete()
        of_these.update(body={})
        Notification.across_tenants().filter(id__in=ids).update(
            params=None, content_deleted_at=Now()
        )


def _delete_history(ids: Sequence[UUID]) -> None:
    """Their messages in chunks of their own, then what is left of them."""
    messages = Message.across_tenants().filter(notification_id__in=ids)
    while some := list(messages.values_list("id", flat=True)[:MESSAGES]):
        with writing():
            _delete_messages(some)
    contents = Content.across_tenants().filter(notification_id__in=ids)
    with writing():
        _delete(
            Attachment.across_tenants().filter(content__in=contents),
            Chunk.across_tenants().filter(notification_id__in=ids),
            FanOut.across_tenants().filter(notification_id__in=ids),
            contents,
            NotificationTag.across_tenants().filter(notification_id__in=ids),
            Repeat.across_tenants().filter(notification_id__in=ids),
            Notification.across_tenants().filter(id__in=ids),
        )


def _delete_messages(ids: Sequence[UUID]) -> None:
    messages = Message.across_tenants().filter(id__in=ids)
    counting.bury(messages)
    _delete(
        Recipient.across_tenants().filter(message__in=ids),
        Attempt.across_tenants().filter(message__in=ids),
        LedgerEntry.across_tenants().filter(message__in=ids),
        OwnWords.across_tenants().filter(message__in=ids),
        messages,
    )


def _delete(*tables: QuerySet[Any]) -> None:
    """From the leaves, a statement each: the collector would load every row first."""
    for rows in tables:
        rows._raw_delete(rows.db)
