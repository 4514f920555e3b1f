"""Makes guessing passwords slow, counted in the database: all web processes together.

After ten failures in a row each next one of the same address and account waits longer,
up to a minute (backoff.py). One address that tries many accounts waits after fifty: an
office behind one address may fail more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Case, F, Value, When

from notify_project.db import clock
from notify_project.db.hashing import keyed_hash
from tenants.backoff import FORGET_AFTER_SECONDS, FREE_FAILURES, wait_seconds
from tenants.models import LoginFailures

FREE_SPRAYINGS = 50
_FORGET_AFTER = timedelta(seconds=FORGET_AFTER_SECONDS)


def is_waiting(address: str, account: str) -> bool:
    """Whether to refuse without looking at the password; one query."""
    free = {_key(address, account): FREE_FAILURES, _key(address): FREE_SPRAYINGS}
    now = clock.now()
    lately = LoginFailures.objects.filter(
        key__in=free, failed_at__gt=now - _FORGET_AFTER
    )
    return any(_waits(one, now, free=free[one.key]) for one in lately)


def failed(address: str, account: str) -> None:
    """Count one more, against the account and against the address."""
    now = clock.now()
    for key in (_key(address, account), _key(address)):
        LoginFailures.objects.get_or_create(key=key, defaults={"failed_at": now})
        LoginFailures.objects.filter(key=key).update(
            failures=Case(
                When(failed_at__lt=now - _FORGET_AFTER, then=Value(1)),
                default=F("failures") + 1,
            ),
            failed_at=now,
        )


def succeeded(address: str, account: str) -> None:
    """All is forgiven to that address with that account."""
    LoginFailures.objects.filter(key=_key(address, account)).delete()


def forget_old() -> None:
    """A chore: delete what counts no more, and sessions that have ended."""
    now = clock.now()
    LoginFailures.objects.filter(failed_at__lt=now - _FORGET_AFTER).delete()
    Session.objects.filter(expire_date__lt=now).delete()


def _waits(one: LoginFailures, now: datetime, *, free: int) -> bool:
    seconds = wait_seconds(one.failures, free=free)
    return seconds > 0 and now < one.failed_at + timedelta(seconds=seconds)


def _key(*parts: str) -> str:
    return keyed_hash("login", *parts).hex()
