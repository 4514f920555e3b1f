"""Texts and aliases of a name server on loopback, and its silence."""

from __future__ import annotations

import time

import dns.rcode
import pytest

from notify_project.egress import EgressNotSent
from notify_project.egress.records import records
from tests.notify_project.egress.names import name_server

ZONE = {
    ("example.org", "TXT"): ['"v=spf1 -all"', '"in two" " parts"'],
    ("k._domainkey.example.org", "CNAME"): ["k.dkim.example.net."],
}


def test_texts_are_whole_and_aliases_without_the_last_dot(monkeypatch):
    with name_server(monkeypatch, ZONE):
        assert set(records("example.org", "TXT")) == {"v=spf1 -all", "in two parts"}
        assert records("k._domainkey.example.org", "CNAME") == ("k.dkim.example.net",)


@pytest.mark.parametrize("name", ["nowhere.example.org", "k._domainkey.example.org"])
def test_no_such_name_and_no_such_record_are_none(monkeypatch, name):
    with name_server(monkeypatch, ZONE):
        assert records(name, "TXT") == ()


def test_a_server_that_fails_says_nothing(monkeypatch):
    with (
        name_server(monkeypatch, ZONE, rcode=dns.rcode.SERVFAIL),
        pytest.raises(EgressNotSent) as raised,
    ):
        records("example.org", "TXT")

    assert raised.value.code == "dns"


def test_silence_ends_in_time(monkeypatch):
    started = time.monotonic()
    with (
        name_server(monkeypatch, ZONE, silent=True),
        pytest.raises(EgressNotSent) as raised,
    ):
        records("example.org", "TXT", seconds=0.3)

    assert raised.value.code == "dns_timeout"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("name", ["a" * 64 + ".example.org", "..", "a" * 300])
def test_a_name_that_cannot_be_says_nothing(monkeypatch, name):
    with name_server(monkeypatch, ZONE), pytest.raises(EgressNotSent):
        records(name, "TXT")


def test_no_time_left_asks_nobody():
    with pytest.raises(EgressNotSent):
        records("example.org", "TXT", seconds=0)
