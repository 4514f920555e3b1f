"""Counts by day: recomputed for the last days, so that reports read few rows.

A message's state still changes for some days (receipts), so the last four days are
counted anew each time; older rows never change. Nor does a day whose messages a tenant
that keeps its history for less has deleted (retention.py deletes whole days).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db.models import Count

from delivery.models import DailyCount, Message
from notify_project.db import clock
from notify_project.queue.writing import writing
from tenants.models import Tenant

RECOUNTED_DAYS = 4
EVERY_SECONDS = 3600.0


def recount() -> None:
    """Count the last four days anew; one aggregate over an index per day."""
    today = clock.now().astimezone(UTC).date()
    for back in range(RECOUNTED_DAYS):
        _recount(today - timedelta(days=back), back)


def _recount(day: date, back: int) -> None:
    emptied = set(
        Tenant.objects.filter(metadata_retention_days__lt=back).values_list(
            "id", flat=True
        )
    )
    rows = [row for row in counted(day) if row.tenant_id not in emptied]
    with writing():
        DailyCount.across_tenants().filter(day=day).exclude(
            tenant_id__in=emptied
        ).delete()
        DailyCount.across_tenants().bulk_create(rows, batch_size=1000)


def counted(day: date) -> list[DailyCount]:
    """A day's counts as they are now, not stored; for today's figures as well."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    of_day = Message.across_tenants().filter(
        notification__created_at__gte=start,
        notification__created_at__lt=start + timedelta(days=1),
    )
    grouped = (
        of_day.order_by()
        .values_list(
            "tenant_id",
            "channel",
            "notification__event_type",
            "notification__key_type",
            "state",
        )
        .annotate(Count("id"))
    )
    return [
        DailyCount(
            tenant_id=tenant_id,
            day=day,
            channel=channel,
            event_type=event_type,
            key_type=key_type,
            state=state,
            count=count,
        )
        for tenant_id, channel, event_type, key_type, state, count in grouped
    ]
