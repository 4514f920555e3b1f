"""What a mail service's refusal means, or our guard's before it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from anymail.exceptions import AnymailAPIError

from notify_project.egress import EgressError, EgressNotSent, EgressRefused
from notify_project.egress.sessions import GuardedFailure
from providers.errors import (
    Misconfigured,
    Permanent,
    ProviderError,
    Temporary,
    Unknown,
)

# HTTP status -> what it means; anything else that is no 2xx is Unknown: the service
# may have taken the message before it stumbled.
_REFUSALS: Mapping[int, type[ProviderError]] = {
    **dict.fromkeys((301, 302, 303, 307, 308, 401, 402, 403, 404, 405), Misconfigured),
    **dict.fromkeys((400, 406, 409, 410, 413, 415, 422), Permanent),
}


def failure(failed: AnymailAPIError, clean: Callable[[str], str]) -> ProviderError:
    """One of the four errors, by the guard's word or the HTTP status."""
    if isinstance(failed.__cause__, GuardedFailure):
        return by_guard(failed.__cause__.reason)
    status = failed.status_code
    words = failed.response.text if failed.response is not None else ""
    detail = clean(f"The service answered {status}. {words}")
    if status == 429:
        return Temporary(
            detail,
            code="429",
            http_status=429,
            retry_after_seconds=_seconds(failed.response.headers),
            throttled=True,
        )
    kind = _REFUSALS.get(status or 0, Unknown)
    return kind(detail, code=str(status or ""), http_status=status)


def by_guard(reason: EgressError) -> ProviderError:
    """What our own guard did with the call."""
    if isinstance(reason, EgressRefused):
        return Misconfigured(reason.detail, code="address_not_allowed")
    kind = Temporary if isinstance(reason, EgressNotSent) else Unknown
    return kind(reason.detail, code=reason.code)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds; its other form, a date, no mail service uses."""
    given = headers.get("Retry-After", "")
    return float(given) if given.isdecimal() and len(given) < 6 else None
