"""The last real call of an event type: what a designer may try a draft out with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from delivery.models import Notification
from delivery.models.notification import OURS, TESTS
from events.models import EventType


def of(event: EventType) -> Notification | None:
    """The newest that is kept with its params, and was no test; one query."""
    found = Notification.for_tenant(event.tenant_id).filter(
        event_type__iexact=event.name, content_deleted_at__isnull=True
    )
    real = found.exclude(key_type__in={*TESTS, OURS}).exclude(params__isnull=True)
    return real.order_by("-created_at", "-id").first()


def params_of(one: Notification) -> Mapping[str, Any]:
    """What the call gave, with the defaults that were heard."""
    return one.params or {}
