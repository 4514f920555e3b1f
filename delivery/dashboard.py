"""How a tenant's sending is doing, and everybody's: from counts, not from messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet, Sum

from delivery import counting, reporting
from delivery.charting import Counted
from delivery.models import DailyCount, Message, Notification
from delivery.states import Overall, Status
from notify_project.db import clock
from providers.channels.base import channel
from tenants.models import Tenant
from tenants.models.credentials import KeyType

DAYS = 7
_FAILURES = 5
_EVENTS = 10
_TENANTS = 20
ARRIVED, LOST = "delivered", "failure"

Counts = Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Board:
    """Of one tenant, or of all; `oldest` has been due since then and has not left."""

    whole: Counted
    days: Sequence[Counted]
    channels: Sequence[Counted]
    events: Sequence[Counted]
    oldest: datetime | None
    failures: Sequence[Notification]
    tenants: Sequence[Counted] = ()


def of_tenant(tenant: Tenant) -> Board:
    """The last seven days (UTC), the queue, the latest failures."""
    first, last = _days()
    asked = reporting.asked(first, last, parts=("day", "channel", "eventType"))
    found = reporting.overview(tenant, asked)
    return Board(
        whole=_whole(found["channel"]),
        days=each_day(found["day"], first, last),
        channels=_channels(found["channel"]),
        events=_most(found["eventType"], _EVENTS),
        oldest=oldest_waiting(tenant),
        failures=_latest_failures(Notification.for_tenant(tenant)),
    )


def of_all() -> Board:
    """Of all tenants, as counted last, which is hourly; the events of those that sent
    most. For operators only."""
    first, last = _days()
    days, channels = _counted_by(first, "day"), _counted_by(first, "channel")
    tenants = _most(_counted_by(first, "tenant__name"), _TENANTS)
    busy = [one.name for one in tenants]
    events = _counted_by(first, "event_type", tenant__name__in=busy)
    return Board(
        whole=_whole(channels),
        days=each_day(days, first, last),
        channels=_channels(channels),
        events=_most(events, _EVENTS),
        oldest=oldest_waiting(),
        failures=_latest_failures(Notification.across_tenants()),
        tenants=tenants,
    )


def oldest_waiting(tenant: Tenant | None = None) -> datetime | None:
    """Since when something is due that has not left; of all tenants without one.

    A probe of an index for each lane, however long the queue is.
    """
    # Of all: what the operator of the queue looks at.
    rows = Message.for_tenant(tenant) if tenant else Message.across_tenants()
    due = rows.filter(state=Status.QUEUED, due_at__lte=clock.now()).order_by("due_at")
    times = due.values_list("due_at", flat=True)
    oldest = [times.filter(lane=one).first() for one in settings.MESSAGE_LANES]
    return min(filter(None, oldest), default=None)


def each_day(counts: Counts, first: date, last: date) -> list[Counted]:
    """Every day in order, also those on which nothing was sent."""
    dates = [
        first + timedelta(days=number) for number in range((last - first).days + 1)
    ]
    names = [one.isoformat() for one in dates]
    return [_counted(name, counts.get(name, Counter())) for name in names]


def _days() -> tuple[date, date]:
    last = counting.today()
    return last - timedelta(days=DAYS - 1), last


def _counted_by(first: date, column: str, **wanted: object) -> Counts:
    # Above all tenants: for operators only.
    rows = DailyCount.across_tenants().filter(
        day__gte=first, key_type=KeyType.LIVE, **wanted
    )
    parts = rows.order_by().values_list(column, "provider", "state")
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for value, provider, state, count in parts.annotate(Sum("count")):
        found[str(value)][reporting.statistics_of(state, provider)] += count
    return found


def _latest_failures(rows: QuerySet[Notification]) -> Sequence[Notification]:
    """The latest of each status by its index, then the latest of all."""
    found: list[Notification] = []
    for status in (Overall.FAILED, Overall.PARTIALLY_COMPLETED):
        own = rows.filter(status=status).select_related("tenant").defer("params")
        found += own.order_by("-created_at", "-id")[:_FAILURES]
    return sorted(found, key=lambda one: one.created_at, reverse=True)[:_FAILURES]


def _whole(counts: Counts) -> Counted:
    return _counted("", sum(counts.values(), Counter[str]()))


def _channels(counts: Counts) -> list[Counted]:
    found = [_counted(code, counts[code]) for code in sorted(counts)]
    return [replace(one, name=str(channel(one.name).label)) for one in found]


def _most(counts: Counts, number: int) -> list[Counted]:
    """The most used of those that have a name."""
    named: Iterable[Counted] = (
        _counted(name, one) for name, one in counts.items() if name
    )
    return sorted(named, key=lambda one: (-one.messages, one.name))[:number]


def _counted(name: str, counts: Counter[str]) -> Counted:
    return Counted(name, counts.total(), counts[ARRIVED], counts[LOST])
