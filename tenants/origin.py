"""Where a request comes from, and which neighbours' headers are believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_from_trusted_proxy(request: HttpRequest) -> bool:
    """Whether the other end of the connection is in settings.TRUSTED_PROXIES."""
    return lies_in(str(request.META.get("REMOTE_ADDR", "")), settings.TRUSTED_PROXIES)


def client_address(request: HttpRequest) -> str:
    """The caller's IP address.

    X-Forwarded-For is believed from the right, as far as trusted proxies wrote it:
    what stands further left is whatever the caller liked to claim.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
        if not lies_in(address, settings.TRUSTED_PROXIES) or _ip(hop) is None:
            break
        address = hop
    return address


def lies_in(address: str, networks: Iterable[Network]) -> bool:
    """Whether `address` is an IP address in one of `networks`; IPv4 also as ::ffff:."""
    ip = _ip(address)
    return ip is not None and any(ip in network for network in networks)


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip
