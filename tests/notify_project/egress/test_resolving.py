"""Names that never resolve: bounded in time, and in threads."""

from __future__ import annotations

import os
import socket
import threading
import time

import pytest

from notify_project.egress import (
    EgressNotSent,
    EgressRefused,
    check_url,
    request,
)

GENEROUS = 4.0


@pytest.fixture
def hanging_dns(monkeypatch):
    """Let every name but a numeric one hang until the test is over."""
    real = socket.getaddrinfo
    over = threading.Event()
    asked: list[str] = []

    def answer(host, port, family=0, type=0, proto=0, flags=0):
        if not flags & socket.AI_NUMERICHOST:
            asked.append(host)
            over.wait(20)
            raise socket.gaierror(socket.EAI_AGAIN, "again")
        return real(host, port, family, type, proto, flags)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    yield asked
    over.set()


def test_hanging_dns_was_not_sent(hanging_dns):
    began = time.monotonic()
    with pytest.raises(EgressNotSent) as raised:
        request("POST", "https://slow.example/", connect_seconds=0.3)

    assert raised.value.code == "dns_timeout"
    assert time.monotonic() - began < GENEROUS


def test_hanging_dns_is_a_refusal_at_save(hanging_dns):
    with pytest.raises(EgressRefused) as raised:
        check_url("https://slow-at-save.example/", seconds=0.2)

    assert raised.value.code == "dns_timeout"


def test_one_hanging_name_holds_one_look_up_only(hanging_dns):
    for _ in range(40):
        with pytest.raises(EgressNotSent):
            request("POST", "https://hanging.example/", connect_seconds=0.01)

    assert hanging_dns == ["hanging.example"]


def test_a_child_process_has_threads_of_its_own(dns):
    dns["one.example"] = ["127.0.0.1"]
    check_url("http://one.example:9/")
    child = os.fork()
    if child == 0:
        try:
            check_url("http://one.example:9/", seconds=5)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
