"""Whose headers are believed, and whose address a request has."""

from __future__ import annotations

import ipaddress

import pytest
from django.test import RequestFactory

from tenants.origin import client_address, is_from_trusted_proxy, lies_in

PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")]


def request(remote, forwarded=None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("", "198.51.100.1", ""),
    ],
)
def test_forwarded_addresses_are_believed_as_far_as_proxies_wrote_them(
    settings, remote, forwarded, expected
):
    settings.TRUSTED_PROXIES = PROXIES

    assert client_address(request(remote, forwarded)) == expected


def test_without_trusted_proxies_nobody_is_one(settings):
    settings.TRUSTED_PROXIES = []

    assert not is_from_trusted_proxy(request("127.0.0.1"))
    assert client_address(request("127.0.0.1", "198.51.100.1")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "expected"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("11.1.2.3", False), ("x", False)],
)
def test_lies_in(address, expected):
    assert lies_in(address, PROXIES) is expected
