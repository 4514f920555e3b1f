"""A made-up DNS and a watch on where sockets connect to; loopback is listed."""

from __future__ import annotations

import ipaddress
import socket

import pytest

LOOPBACK = ["127.0.0.0/8", "::1/128"]


@pytest.fixture(autouse=True)
def _loopback_is_listed(settings):
    settings.EGRESS_ALLOW = LOOPBACK
    settings.EGRESS_DENY = []
    settings.EGRESS_ALLOW_HTTP = False


@pytest.fixture
def dns(monkeypatch):
    """Give the zone of a made-up DNS: name -> addresses; others do not exist."""
    real = socket.getaddrinfo
    zone: dict[str, list[str]] = {}

    def answer(host, port, family=0, type=0, proto=0, flags=0):
        if flags & socket.AI_NUMERICHOST:
            return real(host, port, family, type, proto, flags)
        if host not in zone:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [
            entry
            for address in zone[host]
            for entry in real(address, port, type=type, flags=socket.AI_NUMERICHOST)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return zone


@pytest.fixture
def connects(monkeypatch):
    """Record where sockets connect to; nothing but loopback is really tried."""
    real = socket.socket.connect
    seen: list[str] = []

    def connect(sock, address):
        seen.append(address[0])
        if not ipaddress.ip_address(address[0]).is_loopback:
            raise ConnectionRefusedError
        return real(sock, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen
