"""Notifications as accepting leaves them, without HTTP: a plan, composed, recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from delivery import recording
from delivery.composing import compose
from delivery.models import Message, Notification
from delivery.plan import ChannelPlan, NotificationPlan, SenderPlan, Wording
from tenants.models import Tenant


def email_plan(**changes: Any) -> ChannelPlan:
    """One mail to jane@example.org."""
    values: dict[str, Any] = {
        "channel": "email",
        "to": ("jane@example.org",),
        "cc": (),
        "bcc": (),
        "wording": Wording({"subject": "Hello", "body": "Canary words"}, "text", None),
        "params": {},
        "sender": SenderPlan("notify@example.org", "Notify"),
        "account_id": None,
        "on_unknown": "retry_once",
    }
    return ChannelPlan(**{**values, **changes})


def accepted(
    tenant: Tenant,
    *channels: ChannelPlan,
    at: datetime | None = None,
    **changes: Any,
) -> Notification:
    """A stored notification; `at` is when it was accepted."""
    values: dict[str, Any] = {
        "tenant_id": tenant.id,
        "phone_region": "CA",
        "missing_params": "error",
        "key_type": "live",
        "key_name": "test",
        "channels": channels or (email_plan(),),
    }
    composed = compose(NotificationPlan(**{**values, **changes}))
    notification = recording.new_notification(composed, now=at or timezone.now())
    recording.record(composed, notification)
    return notification


def end(notification: Notification, state: str = "sent") -> None:
    """As if everything had been sent long ago."""
    Message.across_tenants().filter(notification=notification).update(state=state)
    Notification.across_tenants().filter(id=notification.id).update(status="completed")
