"""Addresses of ours that we tell: absolute, by PUBLIC_URL."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse


def status_url(notification_id: UUID) -> str:
    """Of a notification. A Host header must not decide where callers go."""
    path = reverse("api:notification", kwargs={"notify_id": notification_id})
    return f"{settings.PUBLIC_URL}{path}"
