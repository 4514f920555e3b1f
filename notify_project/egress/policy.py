"""The deployment's rules for going out, and their verdict on a host and port."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notify_project.egress.addresses import (
    Address,
    Network,
    Standing,
    judge,
    networks,
)
from notify_project.egress.errors import EgressRefused
from notify_project.egress.resolving import lookup

_PORTS = {"https": frozenset({443, 8443}), "http": frozenset({80})}


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """The EGRESS_ settings, read. One object per set of values, so compared by `is`."""

    allow: tuple[Network, ...]
    deny: tuple[Network, ...]
    allow_http: bool
    ca_file: str


def current() -> Policy:
    """Read EGRESS_ALLOW, EGRESS_DENY, EGRESS_ALLOW_HTTP and EGRESS_CA_FILE."""
    return _policy(
        tuple(getattr(settings, "EGRESS_ALLOW", ())),
        tuple(getattr(settings, "EGRESS_DENY", ())),
        bool(getattr(settings, "EGRESS_ALLOW_HTTP", False)),
        str(getattr(settings, "EGRESS_CA_FILE", "")),
    )


@lru_cache(maxsize=32)
def _policy(
    allow: tuple[str, ...], deny: tuple[str, ...], allow_http: bool, ca_file: str
) -> Policy:
    try:
        return Policy(networks(allow), networks(deny), allow_http, ca_file)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"EGRESS_ALLOW or EGRESS_DENY: {error}. Give networks as 10.1.0.0/16."
        ) from error


def vet(scheme: str, port: int, addresses: Iterable[Address], policy: Policy) -> None:
    """Raise EgressRefused unless every address, the scheme and the port may be used.

    1. One refused address refuses the host: the next look-up may give only that one.
    2. If the operator lists all of them, any port and plain http are fine.
    3. Otherwise https on 443 or 8443; http, on 80, where EGRESS_ALLOW_HTTP says so.
    """
    standings = {judge(a, allow=policy.allow, deny=policy.deny) for a in addresses}
    if Standing.REFUSED in standings or not standings:
        raise EgressRefused("address")
    if standings == {Standing.LISTED}:
        return
    if scheme == "http" and not policy.allow_http:
        raise EgressRefused("scheme")
    if port not in _PORTS[scheme]:
        raise EgressRefused("port")


def allowed_addresses(host: str, *, seconds: float = 3) -> tuple[Address, ...]:
    """Resolve a host for a protocol other than HTTP, such as SMTP: one look-up.

    Connect to one of these addresses and not to the name, which may have another
    meaning by then. Raises EgressRefused if any is not allowed, EgressNotSent if
    there is none.
    """
    policy = current()
    addresses = lookup(host, seconds=seconds)
    if any(
        judge(a, allow=policy.allow, deny=policy.deny) is Standing.REFUSED
        for a in addresses
    ):
        raise EgressRefused("address")
    return addresses
