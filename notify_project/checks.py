"""Settings that can be read and yet cannot work: told by `manage.py check` and migrate.

Without these, each would show itself at the first request or message that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from notify_project.db import encryption
from notify_project.egress import policy
from notify_project.signin_settings import OFFERED, REQUIRED


def _rate_limit_store() -> Iterator[CheckMessage]:
    if settings.RATE_LIMIT_STORE not in {"memory", "database"}:
        yield Error("RATE_LIMIT_STORE is memory or database.", id="notify.E001")
    elif settings.RATE_LIMIT_STORE == "memory" and settings.WEB_PROCESSES > 1:
        yield Warning(
            "RATE_LIMIT_STORE=memory counts in each of the WEB_PROCESSES alone: a "
            "tenant may ask that many times as often. Leave it out.",
            id="notify.W001",
        )


def _lanes() -> Iterator[CheckMessage]:
    unknown = sorted(set(settings.WORKER_LANES) - set(settings.LANES))
    if unknown or not settings.WORKER_LANES:
        yield Error(
            f"WORKER_LANES: {', '.join(unknown) or 'nothing'} is no lane. "
            f"Choose from {', '.join(settings.LANES)}.",
            id="notify.E002",
        )


def _numbers() -> Iterator[CheckMessage]:
    for name in _AT_LEAST_ONE:
        if getattr(settings, name) < 1:
            yield Error(f"{name} must be 1 or more.", id="notify.E003")


def _seconds() -> Iterator[CheckMessage]:
    if settings.SWEEP_SECONDS <= 0:
        yield Error("SWEEP_SECONDS must be more than 0.", id="notify.E006")
    if settings.LEASE_SECONDS < _SHORTEST_LEASE_SECONDS:
        yield Warning(
            f"LEASE_SECONDS={settings.LEASE_SECONDS:g} is too short: a call may take "
            "20 seconds, and leases are renewed every 15. What is being sent would be "
            f"taken for lost. Use {_SHORTEST_LEASE_SECONDS} or more.",
            id="notify.W003",
        )


def _broker() -> Iterator[CheckMessage]:
    if not settings.BROKER_URL and not settings.EMBEDDED:
        yield Warning(
            "BROKER_URL is not set: without bells, messages wait for a worker to look "
            "for itself, up to two seconds, and beat reaches nobody.",
            id="notify.W004",
        )


def _public_url() -> Iterator[CheckMessage]:
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield Error(
            f"PUBLIC_URL={settings.PUBLIC_URL} is not the address of a web server, "
            "such as https://notify.example.org.",
            id="notify.E004",
        )


def _networks_and_keys() -> Iterator[CheckMessage]:
    """What names itself when it is read for the first time is read now."""
    for read in (policy.current, encryption.primary_key_id):
        try:
            read()
        except ImproperlyConfigured as error:
            yield Error(str(error), id="notify.E005")


def _sign_in() -> Iterator[CheckMessage]:
    sign_in = settings.SIGN_IN
    if sign_in.second_factor not in {REQUIRED, OFFERED}:
        yield Error(f"SECOND_FACTOR is {REQUIRED} or {OFFERED}.", id="notify.E007")
    ours = sign_in.single_sign_on
    if ours is None and not sign_in.password_login:
        yield Error(
            "PASSWORD_LOGIN=false without OIDC_ISSUER: nobody could log in.",
            id="notify.E008",
        )
    if ours is not None and not ours.client_id:
        yield Error("OIDC_ISSUER needs OIDC_CLIENT_ID.", id="notify.E008")
    if ours is not None and ours.algorithm not in {"RS256", "ES256"}:
        yield Error("OIDC_ALGORITHM is RS256 or ES256.", id="notify.E008")


def _sqlite() -> Iterator[CheckMessage]:
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine.endswith("sqlite3") and settings.WEB_PROCESSES > 1:
        yield Warning(
            "SQLite has one writer: use one web process, or PostgreSQL.",
            id="notify.W002",
        )


_SHORTEST_LEASE_SECONDS = 30
_AT_LEAST_ONE = (
    "LANE_CONCURRENCY",
    "DOCUMENT_CONCURRENCY",
    "WEB_PROCESSES",
    "REQUESTS_PER_MINUTE_LIVE",
    "REQUESTS_PER_MINUTE_TEST",
    "ENVELOPE_RECIPIENTS",
    "REQUEST_RECIPIENTS",
)
_CHECKS: Sequence[Callable[[], Iterator[CheckMessage]]] = (
    _rate_limit_store,
    _lanes,
    _numbers,
    _seconds,
    _broker,
    _public_url,
    _networks_and_keys,
    _sqlite,
    _sign_in,
)


@register
def check_settings(**_options: Any) -> list[CheckMessage]:
    """Everything that is wrong with the settings, at once."""
    return [message for check in _CHECKS for message in check()]
