"""Reading what became of notifications: a tenant's own, by id or by search."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from delivery.errors import UnknownNotification
from delivery.models import (
    Content,
    Message,
    Notification,
    NotificationTag,
    Repeat,
)
from delivery.states import MEANINGS, Overall
from tenants.models import Tenant

_REPEATS = 1000  # originals that one correlation id may lead to


def find(tenant: Tenant, notify_id: UUID) -> Notification:
    """Raises UnknownNotification, for another tenant's as well."""
    return _first(Notification.for_tenant(tenant).filter(id=notify_id))


def find_whole(tenant: Tenant, notify_id: UUID) -> Notification:
    """As `find`, with its messages, recipients and tags at hand."""
    rows = Notification.for_tenant(tenant).filter(id=notify_id)
    return _first(with_messages(rows))


def _first(rows: QuerySet[Notification]) -> Notification:
    found = rows.first()
    if found is None:
        raise UnknownNotification(_("There is no notification with this id."))
    return found


def with_messages(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    """Their messages, recipients and tags, four queries however many rows."""
    # A fan-out's are counted (crowds.py): one of them would fill the memory.
    few = Message.across_tenants().filter(notification__fan_out=False)
    messages = few.order_by("id").prefetch_related("recipients")
    return rows.defer("params").prefetch_related(
        "tags", Prefetch("messages", queryset=messages)
    )


def search(tenant: Tenant, **wanted: Any) -> QuerySet[Notification]:
    """By any of correlation_id, start, end, status, tag, channel, event_type."""
    rows = Notification.for_tenant(tenant)
    simple = {
        "status": "status",
        "event_type": "event_type__iexact",
        "start": "created_at__gte",
        "end": "created_at__lt",
    }
    filters = {simple[key]: wanted[key] for key in simple if wanted.get(key)}
    rows = rows.filter(**filters)
    if wanted.get("event_type"):
        rows = rows.exclude(event_type="")  # as the index has it
    if wanted.get("correlation_id"):
        rows = rows.filter(_correlated(tenant, wanted["correlation_id"]))
    if wanted.get("tag"):
        tagged = NotificationTag.for_tenant(tenant).filter(
            notification=OuterRef("id"), tag=wanted["tag"]
        )
        rows = rows.filter(Exists(tagged))
    if wanted.get("channel"):
        over = Message.for_tenant(tenant).filter(
            notification=OuterRef("id"), channel=wanted["channel"]
        )
        rows = rows.filter(Exists(over))
    return rows


def scheduled_with(tenant_id: UUID, templates: Collection[str], *, limit: int) -> int:
    """How many notifications wait for their time with words of one of these templates,
    by the names that they had then; counted up to the limit, in one query."""
    made = Content.for_tenant(tenant_id).filter(
        notification=OuterRef("id"), template__in=templates
    )
    waiting = Notification.for_tenant(tenant_id).filter(status=Overall.SCHEDULED)
    return waiting.filter(Exists(made)).order_by()[:limit].count()


def _correlated(tenant: Tenant, correlation_id: str) -> Q:
    """Its own id, or that of a call which it has answered as a duplicate.

    The latter are looked up first: an OR with a subquery could use no index.
    """
    repeats = Repeat.for_tenant(tenant).filter(correlation_id=correlation_id)
    originals = repeats.order_by().values_list("notification_id", flat=True).distinct()
    return Q(correlation_id=correlation_id) | Q(id__in=list(originals[:_REPEATS]))


STATUSES = tuple(str(one) for one in Overall)


def api_status(message: Message, now: datetime) -> str:
    """The API's word: a queued message that is due later is scheduled.

    Not so one that is held, or that waits for its next attempt: its time has come.
    """
    waits = message.state == "queued" and message.due_at > now
    if waits and message.account_id is None and not message.hold_reason:
        return "scheduled"
    return MEANINGS[message.state].api
