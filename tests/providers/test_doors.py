"""An account's own address: what opens it, and for how long."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.urls import resolve
from django.utils import timezone

from providers import doors
from providers.models import Account
from tests.delivery.scene import account_of
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(settings) -> Account:
    settings.PUBLIC_URL = "https://notify.example.org"
    return account_of(TenantFactory(), "sms.sandbox")


def token_of(account: Account) -> str:
    return doors.address(account).rpartition("/")[2]


def test_the_address_is_public_and_leads_to_the_account(account):
    address = doors.address(account)

    assert address.startswith("https://notify.example.org/notifications/sms/sandbox/")
    found = resolve(address.removeprefix("https://notify.example.org"))
    assert found.kwargs["account_id"] == account.id
    assert doors.opens(account, [found.kwargs["token"]])


@pytest.mark.parametrize("here", ["http://localhost:8000", "http://127.0.0.1"])
def test_no_provider_is_told_an_address_of_this_machine(account, settings, here):
    settings.PUBLIC_URL = here

    assert doors.address(account) == ""


def test_no_other_token_opens(account):
    other = account_of(TenantFactory(), "sms.sandbox")

    for given in ("", "x", token_of(other), token_of(account)[:-1], "é"):
        assert not doors.opens(account, [given])
    assert not doors.opens(account, [])


def test_the_last_token_opens_for_some_days_and_those_before_it_no_more(
    account, settings
):
    first = token_of(account)
    doors.renew(account)
    second = token_of(account)

    assert first != second
    assert doors.opens(account, [first])
    assert doors.opens(account, [second])

    doors.renew(account)
    assert not doors.opens(account, [first])
    assert doors.opens(account, [second])

    late = timezone.now() - timedelta(seconds=doors.OVERLAP_SECONDS + 1)
    account.receipt_token_at = late
    assert not doors.opens(account, [second])
    assert doors.opens(account, [token_of(account)])


def test_networks_narrow_who_may_call(account):
    assert doors.lets_in(account, "203.0.113.9")

    account.receipt_networks = ["198.51.100.0/24", "2001:db8::/32"]
    assert doors.lets_in(account, "198.51.100.7")
    assert doors.lets_in(account, "::ffff:198.51.100.7")
    assert not doors.lets_in(account, "203.0.113.9")
    assert not doors.lets_in(account, "unix socket")


def test_the_plain_address_is_the_systems_accounts(account):
    own = account_of(TenantFactory(), "sms.sandbox")
    systems = list(Account.of_system().filter(provider="sms.sandbox"))

    assert doors.accounts_at("sms", "sandbox", None) == systems
    assert doors.accounts_at("sms", "sandbox", own.id) == [own]
    assert doors.accounts_at("email", "sandbox", own.id) == []
    assert doors.accounts_at("sms", "no_such_thing", None) == []


def test_a_password_is_read_from_basic_authentication():
    header = "Basic " + base64.b64encode(b"anybody:se:cret").decode()

    assert doors.password_of(header) == "se:cret"
    for nonsense in ("", "Basic", "Basic !", "Bearer abc", "Basic /w=="):
        assert doors.password_of(nonsense) == ""
