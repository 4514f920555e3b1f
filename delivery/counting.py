"""Counts by day, right at every moment, whatever is killed: reports read few rows.

A message's state still changes for some days (receipts), and history is deleted some
day. So a day's counts have two parts:

1. What is there is counted anew every hour for the last four days, and earlier ones
   that were missed. Each day of a tenant is replaced in one transaction.
2. Whoever deletes messages adds them to the `gone` rows of their day, in the
   transaction of the deletion: each is counted in one of the parts, at every moment.

What was not counted yet, and what is left of days that have begun to go, is counted
when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db import DatabaseError, connection
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate

from delivery.models import DailyCount, Message, Notification
from notify_project.db import clock
from notify_project.queue.writing import writing
from tenants.models import Tenant

log = structlog.get_logger(__name__)

RECOUNTED_DAYS = 4
EVERY_SECONDS = 3600.0
# Today is counted when it is asked for, unless an hour ago it had more than this.
LIVE_MESSAGES = 100_000
_DAY = timedelta(days=1)
# What parts the messages of a tenant's day: DailyCount's column, and where it stands.
_COLUMNS = {
    "tenant_id": "tenant_id",
    "day": "of_day",
    "channel": "channel",
    "event_type": "notification__event_type",
    "template": "content__template",
    "provider": "provider",
    "key_type": "notification__key_type",
    "state": "state",
}


class Tally(NamedTuple):
    """One row of counts as a report reads it: tens of thousands make one page."""

    day: date
    channel: str
    event_type: str
    template: str
    provider: str
    key_type: str
    state: str
    messages: int


_TALLIED = (*Tally._fields[:-1], "count")


def today() -> date:
    """The day by the database's clock, in UTC."""
    return clock.now().astimezone(UTC).date()


def recount() -> None:
    """Store what is there of every tenant's last days, a day in each transaction.

    One tenant that cannot be counted now, such as by a time-out, keeps no other from
    it; its days are counted the next time.
    """
    last = today()
    for tenant_id in list(Tenant.objects.order_by("id").values_list("id", flat=True)):
        try:
            _recount_days(tenant_id, last)
        except DatabaseError as error:
            name = type(error).__name__
            log.exception("not_counted", tenant_id=str(tenant_id), error=name)
            if not connection.is_usable():
                raise


def _recount_days(tenant_id: UUID, last: date) -> None:
    """The oldest first: what is left out then is found by its last counted day."""
    day = _first_uncounted(tenant_id, last)
    while day and day <= last:
        _recount(tenant_id, day)
        day += _DAY


def _first_uncounted(tenant_id: UUID, last: date) -> date | None:
    """Four days back from today, or from the last time; None if nothing is there."""
    counted = _last_day(tenant_id, gone=False)
    if counted is None:
        oldest = Notification.for_tenant(tenant_id).aggregate(at=Min("created_at"))
        at: datetime | None = oldest["at"]
        counted = at.astimezone(UTC).date() if at else None
    back = (RECOUNTED_DAYS - 1) * _DAY
    return min(counted, last) - back if counted else None


def _recount(tenant_id: UUID, day: date) -> None:
    with writing():
        DailyCount.for_tenant(tenant_id).filter(gone=False, day=day).delete()
        rows = existing(tenant_id, day, day)
        DailyCount.across_tenants().bulk_create(rows, batch_size=1000)


def existing(tenant_id: UUID, first: date, last: date) -> list[DailyCount]:
    """The messages that are there now, of these days; not stored. One aggregate."""
    if first > last:
        return []
    of_days = Message.for_tenant(tenant_id).filter(
        notification__tenant=tenant_id,  # what its index begins with
        notification__created_at__gte=_midnight(first),
        notification__created_at__lt=_midnight(last + _DAY),
    )
    return list(_grouped(of_days))


def bury(messages: QuerySet[Message]) -> None:
    """Count messages that the present transaction goes on to delete.

    What is stored of their days besides is not true any more, and goes.
    """
    for one in list(_grouped(messages)):
        values = {name: getattr(one, name) for name in _COLUMNS}
        there = DailyCount.across_tenants().filter(gone=True, **values)
        if not there.update(count=F("count") + one.count):
            one.gone = True
            one.save(force_insert=True)
        DailyCount.across_tenants().filter(
            gone=False, tenant=one.tenant_id, day=one.day
        ).delete()


def between(tenant_id: UUID, first: date, last: date) -> Sequence[Tally]:
    """All counts of these days. Several rows may tell of the same: add them up."""
    gone_until = _last_day(tenant_id, gone=True) or first - _DAY
    live_from = max(_live_from(tenant_id) or first, gone_until + _DAY)
    stored = DailyCount.for_tenant(tenant_id).filter(day__gte=first, day__lte=last)
    told = stored.filter(Q(gone=True) | Q(day__gt=gone_until, day__lt=live_from))
    there = [
        *existing(tenant_id, first, min(last, gone_until)),
        *existing(tenant_id, max(first, live_from), last),
    ]
    return [
        *map(Tally._make, told.order_by("day").values_list(*_TALLIED)),
        *(Tally(*(getattr(one, name) for name in _TALLIED)) for one in there),
    ]


def _live_from(tenant_id: UUID) -> date | None:
    """The day that was counted last: of it and of later ones, not all is stored."""
    counted = _last_day(tenant_id, gone=False)
    if counted != today():
        return counted
    stored = DailyCount.for_tenant(tenant_id).filter(gone=False, day=counted)
    heavy = sum(stored.values_list("count", flat=True)) > LIVE_MESSAGES
    return counted + _DAY if heavy else counted


def _last_day(tenant_id: UUID, *, gone: bool) -> date | None:
    rows = DailyCount.for_tenant(tenant_id).filter(gone=gone)
    found: date | None = rows.aggregate(day=Max("day"))["day"]
    return found


def _grouped(messages: QuerySet[Message]) -> Iterator[DailyCount]:
    """Not stored; by everything that a report parts by."""
    accepted = TruncDate("notification__created_at", tzinfo=UTC)
    parted = messages.order_by().annotate(of_day=accepted)
    for row in parted.values_list(*_COLUMNS.values()).annotate(Count("id")):
        *values, count = row
        yield DailyCount(**dict(zip(_COLUMNS, values, strict=True)), count=count)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
