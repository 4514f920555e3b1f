"""The base of every endpoint that a tenant's program calls."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework.throttling import BaseThrottle

from notify_project.api.views import JsonView
from tenants.throttling import TenantThrottle


class TenantView(JsonView):
    """Authenticated by settings, counted per tenant; subclasses declare their scope."""

    throttle_classes: Sequence[type[BaseThrottle]] = [TenantThrottle]
