"""What waits for endpoints that do not answer, in figures for /metrics."""

from __future__ import annotations

from django.conf import settings

from callbacks.models import Callback
from callbacks.schedule import STRAIGHT_FAILURES
from notify_project.observability import metrics
from notify_project.observability.metrics import Samples
from notify_project.queue.models import QUEUED


def _parked() -> Samples:
    """One count of an index."""
    waiting = Callback.across_tenants().filter(
        state=QUEUED, lane=settings.CALLBACKS_LANE
    )
    yield {}, waiting.filter(endpoint__failures__gte=STRAIGHT_FAILURES).count()


metrics.gauge(
    "notify_callback_parked",
    "Callbacks that wait for an endpoint whose breaker is open.",
    _parked,
)
