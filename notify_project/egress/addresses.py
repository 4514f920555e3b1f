"""Which IP addresses may be reached: plain rules over plain addresses.

`ipaddress.is_global` is not used: it is True for multicast, for NAT64 and 6to4
forms of 127.0.0.1 and for 192.88.99.1, and its answers change between Python
versions. The lists are those of the IANA special-purpose registries:
https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SPECIAL_V4 = tuple(
    IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this host: Linux connects 0.0.0.0 to loopback
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT; is_private says False
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's platform address, public by number only
        "169.254.0.0/16",  # link local, where clouds keep credentials
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    IPv6Network(net)
    for net in (
        "2001::/23",  # IETF protocols, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address
        "3fff::/20",
    )
)


class Standing(Enum):
    """What the rules say of one address."""

    LISTED = "named by the operator"
    PUBLIC = "on the public internet"
    REFUSED = "neither"


def plain(address: Address) -> Address:
    """Give the IPv4 address that ::ffff:a.b.c.d stands for; others as they are."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_public(address: Address) -> bool:
    """Tell whether the address is ordinary public unicast; mapped ones as IPv4."""
    address = plain(address)
    if isinstance(address, IPv4Address):
        return not _within(address, _SPECIAL_V4)
    return address in _GLOBAL_V6 and not _within(address, _SPECIAL_V6)


def judge(
    address: Address, *, allow: Sequence[Network], deny: Sequence[Network]
) -> Standing:
    """Say how an address stands: `deny` wins over `allow`, `allow` over our lists."""
    address = plain(address)
    if _within(address, deny):
        return Standing.REFUSED
    if _within(address, allow):
        return Standing.LISTED
    return Standing.PUBLIC if is_public(address) else Standing.REFUSED


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Read CIDRs or single addresses; ValueError names the one that is neither."""
    return tuple(ip_network(text.strip()) for text in texts if text.strip())


def _within(address: Address, nets: Sequence[Network]) -> bool:
    return any(address in net for net in nets)
