"""How many requests a tenant may make with its live keys, and with its test keys.

The rule is in rates.py, the counting in rate_stores.py.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views import View
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tenants.callers import Caller
from tenants.errors import RateLimited
from tenants.models.credentials import KeyType
from tenants.rate_stores import DatabaseStore, MemoryStore, Store
from tenants.rates import Verdict

_VERDICT = "rate_verdict"
_stores: dict[str, Store] = {"memory": MemoryStore(), "database": DatabaseStore()}


def forget_counts() -> None:
    """All limits are fresh again in this process: between tests."""
    _stores["memory"] = MemoryStore()


def count(key: str, limit: int) -> Verdict:
    """Count one request under a key of one's own; whether it is allowed."""
    return _stores[settings.RATE_LIMIT_STORE].take(key, limit)


class TenantThrottle(BaseThrottle):
    """Counts a verified caller's request; raises RateLimited when it is too many."""

    def allow_request(self, request: Request, view: View) -> bool:
        """True; raises RateLimited with the seconds to wait."""
        caller = request.auth
        if not isinstance(caller, Caller):
            return True
        is_test = caller.key_type == KeyType.TEST
        key = f"{caller.tenant.pk}:{'test' if is_test else 'live'}"
        found = count(key, _limit(caller, is_test))
        setattr(request._request, _VERDICT, found)
        if not found.allowed:
            raise RateLimited(
                _(
                    "This tenant's %(limit)d requests per minute are used up. "
                    "Try again in %(seconds)d s."
                )
                % {"limit": found.limit, "seconds": found.retry_after_seconds},
                retry_after_seconds=found.retry_after_seconds,
            )
        return True


class RateLimitHeadersMiddleware:
    """Tells every counted caller what is left, whatever the answer is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        found: Verdict | None = getattr(request, _VERDICT, None)
        if found is not None:
            response["RateLimit-Limit"] = str(found.limit)
            response["RateLimit-Remaining"] = str(found.remaining)
            response["RateLimit-Reset"] = str(found.reset_seconds)
            if not found.allowed:
                response["Retry-After"] = str(found.retry_after_seconds)
        return response


def _limit(caller: Caller, is_test: bool) -> int:
    if is_test:
        own, default = (
            caller.tenant.requests_per_minute_test,
            settings.REQUESTS_PER_MINUTE_TEST,
        )
    else:
        own, default = (
            caller.tenant.requests_per_minute_live,
            settings.REQUESTS_PER_MINUTE_LIVE,
        )
    return max(1, own or default)
