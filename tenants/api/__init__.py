"""The base of every endpoint that a tenant's program calls."""

from __future__ import annotations

from collections.abc import Sequence

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from notify_project.api.views import JsonView
from tenants.throttling import TenantThrottle


class TenantView(JsonView):
    """Authenticated by settings, counted per tenant; subclasses declare their scope.

    Counted before the scope is looked at: what is refused has used the limit too.
    """

    throttle_classes: Sequence[type[BaseThrottle]] = [TenantThrottle]

    def check_permissions(self, request: Request) -> None:
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Done, in check_permissions, which DRF calls first."""
