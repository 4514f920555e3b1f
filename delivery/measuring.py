"""How the queue does, in figures for /metrics."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import F, Min

from delivery.models import Incoming, Message
from notify_project.db import clock
from notify_project.observability import metrics
from notify_project.observability.metrics import Counter, Histogram, Samples
from notify_project.queue.models import QUEUED, UNKNOWN

ledger_violations = Counter(
    "notify_ledger_violations_total", "Messages whose books did not balance."
)
leases_expired = Counter(
    "notify_lease_expired_total", "Messages whose worker vanished, by their state."
)
claim_seconds = Histogram(
    "notify_claim_seconds",
    "How long a claim of due messages took.",
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0),
)
_unknown = Counter(
    "notify_unknown_total", "Calls of which nobody could say what became of them."
)
_dead = Counter("notify_dead_total", "Messages that were given up, by the reason.")
_twice = Counter(
    "notify_maybe_duplicate_total", "Messages that may have been sent twice."
)


class Changed(Protocol):
    """A message's change of state (states.Move)."""

    @property
    def message(self) -> Message: ...
    @property
    def to(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


def count(changes: Iterable[Changed], moved: Container[UUID]) -> None:
    """Count those messages that moved, by their new state and cause."""
    for one in changes:
        if one.message.id not in moved:
            continue
        channel = one.message.channel
        if one.to == UNKNOWN:
            _unknown.count(channel=channel)
        if one.to == "dead":
            _dead.count(channel=channel, reason=one.cause)
        if one.values.get("maybe_duplicate") and not one.message.maybe_duplicate:
            _twice.count(channel=channel)


def _oldest_due() -> Samples:
    """One probe of an index for each lane."""
    now = clock.now()
    due = Message.across_tenants().filter(state=QUEUED, due_at__lte=now)
    for lane in settings.MESSAGE_LANES:
        oldest = due.filter(lane=lane).aggregate(first=Min("due_at"))["first"]
        age = (now - oldest).total_seconds() if oldest else 0.0
        yield {"lane": lane}, max(0.0, age)


def _unmatched() -> Samples:
    """One count of an index. What was looked at and found nothing is due later than it
    came."""
    lane = settings.RECEIPTS_LANE
    waiting = Incoming.objects.filter(state=QUEUED, lane=lane)
    yield {}, waiting.filter(due_at__gt=F("received_at")).count()


metrics.gauge(
    "notify_receipts_unmatched",
    "Receipts whose message nobody knows, or not yet.",
    _unmatched,
)
metrics.gauge(
    "notify_oldest_due_age_seconds",
    "How long the oldest message that is due has been due.",
    _oldest_due,
)
