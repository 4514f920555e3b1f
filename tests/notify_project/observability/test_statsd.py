"""StatsD by UDP: what arrives, and that nobody waits for anything."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from notify_project.observability import statsd
from notify_project.observability.statsd import Sender


@pytest.fixture
def listener(settings) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 0))
        heard.settimeout(5)
        settings.STATSD_HOST = "127.0.0.1"
        settings.STATSD_PORT = heard.getsockname()[1]
        yield heard


def test_lines_arrive_together(listener):
    Sender().send([statsd.counted("clients.mmg.success"), statsd.timed("t", 0.25)])

    assert listener.recv(2000) == b"clients.mmg.success:1|c\nt:250|ms"


def test_many_lines_are_cut_into_packets_that_any_network_takes(listener):
    lines = [statsd.counted(f"clients.provider{n:04}.success") for n in range(200)]
    Sender().send(lines)

    packets: list[bytes] = []
    while sum(packet.count(b"\n") + 1 for packet in packets) < 200:
        packets.append(listener.recv(2000))
    assert max(map(len, packets)) <= 1400
    assert b"\n".join(packets).decode().splitlines() == lines


def test_without_a_host_nothing_is_sent(listener, settings):
    settings.STATSD_HOST = ""
    listener.settimeout(0.1)
    Sender().send(["a:1|c"])

    with pytest.raises(TimeoutError):
        listener.recv(2000)


def test_nobody_who_listens_is_no_error(settings):
    settings.STATSD_HOST, settings.STATSD_PORT = "127.0.0.1", 9
    sender = Sender()

    for _ in range(5):
        sender.send(["a:1|c"])


def test_a_host_that_is_not_found_is_not_looked_for_each_time(settings, monkeypatch):
    asked: list[str] = []

    def unknown(host, *_more, **_options):
        asked.append(host)
        raise socket.gaierror

    monkeypatch.setattr(statsd.socket, "getaddrinfo", unknown)
    settings.STATSD_HOST = "statsd.example.org"
    sender = Sender()
    began = time.monotonic()
    for _ in range(100):
        sender.send(["a:1|c"])

    assert asked == ["statsd.example.org"]
    assert time.monotonic() - began < 5
