"""SPF, DKIM and DMARC: what is right, what is missing, what nobody said."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import pytest
from django.test import Client
from django.urls import reverse

from notify_project.egress import EgressNotSent
from providers.base import DnsRecord
from providers.deliverability import Finding, Standing, examine, of_account
from providers.models import Account, Sender
from tests.notify_project.egress.names import name_server
from tests.tenants.factories import MembershipFactory, TenantFactory

SES = DnsRecord("SPF", "example.org", "TXT", "include:amazonses.com")
KEY = DnsRecord("DKIM", "t1._domainkey.example.org", "CNAME", "t1.dkim.amazonses.com")
RIGHT = {
    ("example.org", "TXT"): ["v=spf1 include:amazonses.com -all", "other=1"],
    ("t1._domainkey.example.org", "CNAME"): ["t1.dkim.amazonses.com"],
    ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"],
}

Zone = Mapping[tuple[str, str], Sequence[str]]


def looked_at(
    zone: Zone, wanted: Sequence[DnsRecord] = (SES, KEY), domain: str = "example.org"
) -> dict[str, Finding]:
    found = examine(domain, wanted, lambda name, kind: zone.get((name, kind), ()))
    return {one.purpose: one for one in found}


def silent(name: str, kind: str) -> Sequence[str]:
    raise EgressNotSent("dns_timeout")


def test_a_domain_that_has_all_passes_and_nothing_is_to_be_copied():
    found = looked_at(RIGHT)

    assert {one.standing for one in found.values()} == {Standing.WELL}
    assert {one.wanted for one in found.values()} == {""}


def test_an_empty_domain_fails_and_gets_whole_records():
    found = looked_at({})

    assert {one.standing for one in found.values()} == {Standing.FAIL}
    assert found["SPF"].wanted == "v=spf1 include:amazonses.com ~all"
    assert found["DKIM"].wanted == "t1.dkim.amazonses.com"
    assert found["DMARC"].wanted == (
        "v=DMARC1; p=none; rua=mailto:postmaster@example.org"
    )


@pytest.mark.parametrize(
    ("texts", "standing", "wanted"),
    [
        (["v=spf1 include:amazonses.com ~all"], Standing.WELL, ""),
        (["V=SPF1 INCLUDE:AmazonSES.com -all"], Standing.WELL, ""),
        (
            ["v=spf1 a mx -all"],
            Standing.FAIL,
            "v=spf1 a mx include:amazonses.com -all",
        ),
        (
            ["v=spf1 a -all", "v=spf1 include:amazonses.com ~all"],
            Standing.FAIL,
            "v=spf1 a include:amazonses.com -all",
        ),
        (["spf2.0/pra -all"], Standing.FAIL, "v=spf1 include:amazonses.com ~all"),
    ],
)
def test_spf_has_the_provider_in_one_record(texts, standing, wanted):
    found = looked_at(RIGHT | {("example.org", "TXT"): texts})["SPF"]

    assert (found.standing, found.wanted) == (standing, wanted)


def test_without_a_provider_of_its_own_any_spf_record_will_do():
    found = looked_at({("example.org", "TXT"): ["v=spf1 mx -all"]}, wanted=())

    assert found["SPF"].standing is Standing.WELL
    assert found["DKIM"].standing is Standing.UNKNOWN
    assert "does not say" in found["DKIM"].detail


def test_another_alias_is_shown_beside_the_right_one():
    zone = RIGHT | {("t1._domainkey.example.org", "CNAME"): ["old.example.net"]}

    found = looked_at(zone)["DKIM"]

    assert (found.standing, found.found) == (Standing.FAIL, "old.example.net")
    assert found.wanted == "t1.dkim.amazonses.com"


def test_dmarc_of_the_domain_above_counts():
    found = looked_at(RIGHT, wanted=(), domain="news.example.org")["DMARC"]

    assert found.standing is Standing.WELL
    assert found.name == "_dmarc.example.org"


@pytest.mark.parametrize(
    "texts", [["v=DMARC1; rua=mailto:a@b.example"], ["v=DMARC1; p=none"] * 2]
)
def test_dmarc_without_a_policy_or_twice_fails(texts):
    found = looked_at(RIGHT | {("_dmarc.example.org", "TXT"): texts})["DMARC"]

    assert found.standing is Standing.FAIL


def test_what_the_dns_does_not_say_is_unknown_not_wrong():
    found = examine("example.org", (SES, KEY), silent)

    assert {one.standing for one in found} == {Standing.UNKNOWN}
    assert {one.wanted for one in found} == {""}
    assert all(one.detail for one in found)


# --- Of an account ---


@pytest.fixture
def account(db) -> Account:
    account = Account(
        tenant=TenantFactory(),
        channel="email",
        provider="email.smtp",
        name="Post",
        config={"host": "127.0.0.1", "port": 9, "security": "none"},
    )
    account.save(force_insert=True)
    return account


def send_from(account: Account, *addresses: str) -> None:
    for address in addresses:
        Sender(tenant=account.tenant, channel="email", address=address).save(
            force_insert=True
        )


def zone_of_server() -> Zone:
    return {
        ("example.org", "TXT"): ['"v=spf1 -all"'],
        ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=none"'],
    }


def test_the_domains_of_the_tenants_senders_are_asked_for(monkeypatch, account):
    send_from(account, "a@example.org", "b@example.org", "example.net")

    with name_server(monkeypatch, zone_of_server()):
        found = of_account(account)

    assert set(found) == {"example.org", "example.net"}
    standings = {one.purpose: one.standing for one in found["example.org"]}
    assert standings == {
        "SPF": Standing.WELL,
        "DKIM": Standing.UNKNOWN,
        "DMARC": Standing.WELL,
    }


def test_the_systems_account_sends_from_the_systems_domain(monkeypatch, settings, db):
    settings.SYSTEM_SENDER = "notify@example.org"
    account = Account(
        channel="email", provider="email.smtp", name="Relay", config={"host": "mx.test"}
    )

    with name_server(monkeypatch, zone_of_server()):
        assert set(of_account(account)) == {"example.org"}


def test_why_a_provider_names_no_keys_is_told(
    monkeypatch, settings, httpserver, account
):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]
    httpserver.expect_request("/v2/email/identities/example.org").respond_with_json(
        {}, status=404, headers={"x-amzn-ErrorType": "NotFoundException"}
    )
    account.provider = "email.ses"
    account.config = {
        "region": "eu-west-1",
        "access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "secret_access_key": "hidden-word",
        "api_base": httpserver.url_for(""),
    }
    account.save()
    send_from(account, "a@example.org")

    with name_server(monkeypatch, zone_of_server()):
        found = {one.purpose: one for one in of_account(account)["example.org"]}

    assert found["DKIM"].standing is Standing.UNKNOWN
    assert "no identity of this domain" in found["DKIM"].detail
    assert found["DMARC"].standing is Standing.WELL


@pytest.mark.parametrize("provider", ["sms.sandbox", "email.sandbox"])
def test_accounts_that_send_no_mail_ask_nothing(db, provider):
    assert of_account(Account.of_system().get(provider=provider)) == {}


def test_a_silent_dns_is_waited_for_once(monkeypatch, account):
    send_from(account, "a@example.org", "b@example.net", "c@example.com")
    started = time.monotonic()

    with name_server(monkeypatch, {}, silent=True):
        found = of_account(account)

    assert time.monotonic() - started < 6
    standings = {one.standing for each in found.values() for one in each}
    assert standings == {Standing.UNKNOWN}


def test_check_connection_shows_the_records_to_copy(monkeypatch, account):
    send_from(account, "a@example.org", "b@<script>.example")
    client = Client()
    client.force_login(MembershipFactory(tenant=account.tenant, role="admin").user)
    url = reverse("admin:providers_account_do", args=[account.id, "check_connection"])

    with name_server(monkeypatch, {}):
        page = client.post(url).content.decode()

    account.refresh_from_db()
    assert account.check_ok is False
    assert account.check_detail in page
    assert "v=spf1 ~all" in page
    assert "v=DMARC1; p=none; rua=mailto:postmaster@example.org" in page
    assert "<script>.example" not in page
