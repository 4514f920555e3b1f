"""No name, spelling or change of mind in DNS leads to an address inside."""

from __future__ import annotations

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from notify_project.egress import (
    EgressNotSent,
    EgressRefused,
    allowed_addresses,
    check_url,
    request,
)
from tests.notify_project.egress.servers import (
    OK,
    answering,
    serving,
)


def code_of(raised):
    return raised.value.code


SPELLINGS = """
http://127.0.0.1/ http://127.1/ http://127.0.1/ http://0/ http://0.0.0.0/
http://2130706433/ http://0x7f000001/ http://0x7f.1/ http://0x7f.0.0.1/
http://0177.0.0.1/ http://017700000001/ http://127.0.0.1./ http://[::1]/ http://[::]/
http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[0:0:0:0:0:ffff:127.0.0.1]/
http://[::127.0.0.1]/ http://[64:ff9b::7f00:1]/ http://[64:ff9b::127.0.0.1]/
http://[2002:7f00:1::]/ http://[2001:0:7f00:1::1]/ http://[fec0::1]/ http://[fe80::1]/
http://[fd00:ec2::254]/ http://[ff02::1]/ http://169.254.169.254/ http://2852039166/
http://0xa9fea9fe/ http://100.100.100.200/ http://192.88.99.1/ http://224.0.0.1/
http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1/ http://100.64.0.1/
http://198.18.0.1/ http://255.255.255.255/ http://168.63.129.16/
"""


@pytest.mark.parametrize("url", SPELLINGS.split())
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_reaches_an_address_inside(settings, connects, dns, url, scheme):
    settings.EGRESS_ALLOW = []
    settings.EGRESS_ALLOW_HTTP = True
    url = url.replace("http", scheme)

    for call in (check_url, lambda url: request("GET", url)):
        with pytest.raises((EgressRefused, EgressNotSent)) as raised:
            call(url)
        # "127.0.0.1." and the like are names to some systems and numbers to others.
        assert code_of(raised) in (
            {"address", "dns"} if url[-2] == "." else {"address"}
        )

    assert connects == []


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["10.0.0.1", "8.8.8.8"],
        ["2606:4700::1111", "::1"],
        ["8.8.8.8", "::ffff:169.254.169.254"],
    ],
)
def test_every_answer_of_dns_must_be_allowed(settings, connects, dns, answers):
    settings.EGRESS_ALLOW = []
    dns["mixed.example"] = answers

    with pytest.raises(EgressRefused) as raised:
        request("GET", "https://mixed.example/")

    assert code_of(raised) == "address"
    assert raised.value.detail == "The address is not allowed."
    assert connects == []


def test_dns_that_changes_its_mind_never_leads_inside(
    settings, monkeypatch, connects, dns
):
    settings.EGRESS_ALLOW = []
    settings.EGRESS_ALLOW_HTTP = True
    turns = iter(range(10_000))
    flipping = socket.getaddrinfo

    def answer(host, *args, **kwargs):
        dns["rebind.example"] = ["8.8.8.8" if next(turns) % 2 else "127.0.0.1"]
        return flipping(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    outcomes = []

    with serving(answering(OK)) as server:
        for _ in range(1_000):
            with pytest.raises((EgressRefused, EgressNotSent)) as raised:
                request("GET", "http://rebind.example/")
            outcomes.append(code_of(raised))

    assert server.connections == 0
    assert set(connects) <= {"8.8.8.8"}
    assert set(outcomes) <= {"address", "connect"}


def test_a_name_judged_at_save_is_judged_again_at_each_request(settings, connects, dns):
    settings.EGRESS_ALLOW = []
    dns["hooks.example"] = ["8.8.8.8"]
    check_url("https://hooks.example/")
    dns["hooks.example"] = ["127.0.0.1"]

    with pytest.raises(EgressRefused):
        request("GET", "https://hooks.example/")

    assert connects == []


def test_what_was_vetted_is_what_is_connected_and_only_one_look_up_is_made(
    connects, dns, monkeypatch
):
    dns["one.example"] = ["127.0.0.1"]
    lookups = []
    counted = socket.getaddrinfo

    def answer(host, port, **how):
        if not how["flags"] & socket.AI_NUMERICHOST:
            lookups.append(host)
        return counted(host, port, **how)

    monkeypatch.setattr(socket, "getaddrinfo", answer)

    with serving(answering(OK, close=True)) as server:
        request("GET", server.url(host="one.example"))

    assert connects == ["127.0.0.1"]
    assert lookups == ["one.example"]


@pytest.mark.parametrize(
    ("url", "allow_http", "code"),
    [
        ("http://public.example/", False, "scheme"),
        ("http://public.example:8443/", True, "port"),
        ("http://public.example:443/", True, "port"),
        ("https://public.example:22/", False, "port"),
        ("https://public.example:80/", False, "port"),
        ("https://public.example:9200/", True, "port"),
        ("https://nowhere.example/", False, "dns"),
        ("https://" + "a" * 64 + ".example/", False, "url"),
        ("https://a..example/", False, "url"),
    ],
)
def test_schemes_and_ports_on_the_public_internet(settings, dns, url, allow_http, code):
    settings.EGRESS_ALLOW_HTTP = allow_http
    dns["public.example"] = ["8.8.8.8"]

    with pytest.raises(EgressRefused) as raised:
        check_url(url)

    assert code_of(raised) == code


def test_https_on_443_and_8443_and_http_by_setting_are_fine(settings, dns):
    dns["public.example"] = ["8.8.8.8", "2606:4700::1111"]

    check_url("https://public.example/")
    check_url("https://public.example:8443/")
    settings.EGRESS_ALLOW_HTTP = True
    check_url("http://public.example/")


def test_a_host_that_is_only_partly_listed_is_judged_as_public(dns):
    dns["partly.example"] = ["8.8.8.8", "127.0.0.1"]

    check_url("https://partly.example/")
    with pytest.raises(EgressRefused) as raised:
        check_url("https://partly.example:9000/")

    assert code_of(raised) == "port"


def test_the_deny_list_of_the_deployment_wins(settings):
    settings.EGRESS_DENY = ["127.0.0.9"]

    check_url("http://127.0.0.1:9/")
    with pytest.raises(EgressRefused):
        check_url("http://127.0.0.9:9/")


def test_a_changed_rule_does_not_use_connections_made_under_the_old(settings):
    with serving(answering(OK)) as server:
        request("GET", server.url())
        settings.EGRESS_DENY = ["127.0.0.1"]

        with pytest.raises(EgressRefused):
            request("GET", server.url())

    assert len(server.requests) == 1


def test_an_unreadable_network_in_the_settings_is_named(settings):
    settings.EGRESS_ALLOW = ["10.0.0.1/8"]

    with pytest.raises(ImproperlyConfigured, match=r"10\.0\.0\.1/8"):
        check_url("https://127.0.0.1/")


def test_addresses_for_other_protocols_are_vetted_too(settings, dns):
    dns["mail.example"] = ["127.0.0.1"]
    dns["inside.example"] = ["8.8.8.8", "10.0.0.1"]

    assert [str(a) for a in allowed_addresses("mail.example")] == ["127.0.0.1"]
    with pytest.raises(EgressRefused):
        allowed_addresses("inside.example")
