"""Makes guessing passwords and codes slow, counted in the database: all web processes
together.

In an hour one account may fail ten times and one address twenty times, and then waits
until the hour is over. A browser in which the person has logged in before
(known_browsers.py) has a count of its own: nobody can lock them out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.contrib.sessions.models import Session
from django.db.models import Case, F, Q, Value, When

from notify_project.db import clock
from notify_project.db.hashing import keyed_hash
from tenants.models import LoginFailures

PER_ACCOUNT = 10
PER_ADDRESS = 20
HOUR = timedelta(hours=1)
# Who has one IPv6 address has all of its network.
_IPV6_BITS = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries to be `account`; `browser` is the id of one that is known for it,
    `what` they show, since a guessed code says nothing of the password."""

    address: str
    account: str
    browser: str = ""
    what: str = "password"

    def limits(self) -> Mapping[str, int]:
        """How many failures in an hour are too many, by what is counted; what counts
        against the account comes last."""
        if self.browser:
            return {_key("browser", self.what, self.account, self.browser): PER_ACCOUNT}
        return {
            _key("address", _network(self.address)): PER_ADDRESS,
            _key("account", self.what, self.account): PER_ACCOUNT,
        }


def admit(attempt: Attempt) -> bool:
    """Whether to look at what is shown at all. It counts as failed until `succeeded`:
    of many at once no more are looked at than one after the other."""
    counted: list[str] = []
    for key, limit in attempt.limits().items():
        if not _count(key, limit):
            _give_back(counted)
            return False
        counted.append(key)
    return True


def succeeded(attempt: Attempt) -> None:
    """It was right: all is forgiven to that account, and this once to the address."""
    *of_address, of_account = attempt.limits()
    LoginFailures.objects.filter(key=of_account).delete()
    _give_back(of_address)


def forget_old() -> None:
    """A chore: delete what counts no more, and sessions that have ended."""
    now = clock.now()
    LoginFailures.objects.filter(since__lt=now - HOUR).delete()
    Session.objects.filter(expire_date__lt=now).delete()


def _count(key: str, limit: int) -> bool:
    now = clock.now()
    is_over = Q(since__lt=now - HOUR)
    LoginFailures.objects.get_or_create(key=key, defaults={"since": now})
    counted = LoginFailures.objects.filter(is_over | Q(failures__lt=limit), key=key)
    changed = counted.update(
        failures=Case(When(is_over, then=Value(1)), default=F("failures") + 1),
        since=Case(When(is_over, then=Value(now)), default=F("since")),
    )
    return changed == 1


def _give_back(keys: list[str]) -> None:
    LoginFailures.objects.filter(key__in=keys, failures__gt=0).update(
        failures=F("failures") - 1
    )


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, _IPV6_BITS), strict=False))


def _key(*parts: str) -> str:
    return keyed_hash("login", *parts).hex()
