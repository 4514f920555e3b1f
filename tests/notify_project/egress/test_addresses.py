"""Which addresses may be reached, judged without a network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_project.egress.addresses import Standing, is_public, judge, networks

_NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255
127.0.0.1 127.255.255.255 168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2
172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1
198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255
240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1
2001:0:7f00:1::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::1
3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1
"""

_PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255
128.0.0.1 172.15.255.255 172.32.0.0 192.0.1.1 192.0.3.0 198.17.255.255 198.20.0.0
223.255.255.255 ::ffff:8.8.8.8 2001:200::1 2001:4860:4860::8888 2606:4700::1111
2a00:1450:4001::1 3ffe:ffff::1
"""


@pytest.mark.parametrize("text", _NOT_PUBLIC.split())
def test_special_addresses_are_not_public(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", _PUBLIC.split())
def test_ordinary_addresses_are_public(text):
    assert is_public(ip_address(text))


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_whatever_is_public_to_us_is_global_to_python_too(address):
    if is_public(address):
        unmapped = getattr(address, "ipv4_mapped", None) or address

        assert unmapped.is_global
        assert not unmapped.is_multicast


@given(st.ip_addresses(v=4))
def test_a_mapped_address_stands_as_its_ipv4_address(address):
    mapped = IPv6Address(f"::ffff:{address}")

    assert is_public(mapped) is is_public(address)


@pytest.mark.parametrize("text", _NOT_PUBLIC.split())
def test_the_operator_may_list_any_address(text):
    address = ip_address(text)
    everything = networks(["0.0.0.0/0", "::/0"])

    assert judge(address, allow=everything, deny=()) is Standing.LISTED
    assert judge(address, allow=(), deny=()) is Standing.REFUSED


def test_deny_wins_over_allow_and_allow_over_the_lists():
    allow, deny = networks(["10.0.0.0/8"]), networks(["10.0.0.5", "8.8.8.0/24"])

    def standing(text: str) -> Standing:
        return judge(ip_address(text), allow=allow, deny=deny)

    assert standing("10.0.0.4") is Standing.LISTED
    assert standing("10.0.0.5") is Standing.REFUSED
    assert standing("::ffff:10.0.0.4") is Standing.LISTED
    assert standing("::ffff:8.8.8.8") is Standing.REFUSED
    assert standing("8.8.8.8") is Standing.REFUSED
    assert standing("8.8.4.4") is Standing.PUBLIC


def test_networks_take_cidrs_and_single_addresses():
    assert networks([" 10.0.0.0/8", "::1", ""]) == (
        IPv4Network("10.0.0.0/8"),
        ip_network("::1/128"),
    )


def test_a_network_with_host_bits_is_refused_by_name():
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        networks(["10.0.0.1/8"])


def test_every_first_and_last_address_of_ipv4_space_is_settled():
    edges = [IPv4Address(0), IPv4Address(2**32 - 1)]

    assert not any(is_public(address) for address in edges)
