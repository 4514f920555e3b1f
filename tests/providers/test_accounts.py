"""Accounts as delivery uses them: who is offered which, adapters, pauses, checks."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from providers import accounts
from providers.accounts import (
    Adapters,
    capabilities,
    is_reserve,
    offers,
    reach,
    ready,
)
from providers.base import Provider
from providers.config import ProviderConfig
from providers.errors import Misconfigured
from providers.models import Account
from providers.registry import provider_class
from providers.sms.sandbox import SmsSandbox
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


def account(tenant: Tenant | None, name: str = "Texts", **more: Any) -> Account:
    values = {"channel": "sms", "provider": "sms.sandbox", **more}
    made = Account(tenant=tenant, name=name, **values)
    made.save()
    return made


def again(row: Account) -> Account:
    """As it is stored now."""
    return Account.across_tenants().get(id=row.id)


def offered(tenant: Tenant) -> set[str]:
    """Names of what the tenant may use, without the sandbox that is always there."""
    return {one.name for one in offers.of(tenant.id, "sms") if not is_reserve(one)}


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[Provider[Any]]:
    """The adapters that were closed."""
    found: list[Provider[Any]] = []
    monkeypatch.setattr(SmsSandbox, "close", lambda self: found.append(self))
    return found


def made(key: str, values: Mapping[str, Any]) -> Provider[Any]:
    return provider_class(key).configured(values)


class TestOffers:
    def test_a_tenant_is_offered_its_own_and_the_systems(self):
        tenant = TenantFactory()
        account(tenant, "Own")
        account(None, "System's", provider="sms.twilio")
        account(TenantFactory(), "Somebody else's")
        account(tenant, "Mail", channel="email", provider="email.sandbox")

        assert offered(tenant) == {"Own", "System's"}

    def test_asking_again_takes_no_query(self, django_assert_num_queries):
        tenant = TenantFactory()
        account(tenant, "Own")
        offers.of(tenant.id, "sms")

        with django_assert_num_queries(0):
            assert offered(tenant) == {"Own"}

    def test_what_was_added_is_offered_once_the_memory_is_forgotten(self):
        tenant = TenantFactory()
        before = offered(tenant)
        account(tenant, "New")

        offers.forget()

        assert (before, offered(tenant)) == (set(), {"New"})

    def test_one_account_that_no_key_opens_does_not_hide_the_others(self, settings):
        tenant = TenantFactory()
        account(tenant, "Readable")
        ring = settings.SEALING_KEYS
        settings.SEALING_KEYS = "lost:" + base64.b64encode(b"2" * 32).decode()
        account(tenant, "Unreadable")
        settings.SEALING_KEYS = ring

        assert offered(tenant) == {"Readable"}


class TestAdapters:
    def test_one_account_has_one_adapter(self):
        row = account(TenantFactory())

        assert ready(again(row)).adapter is ready(again(row)).adapter

    def test_equal_accounts_share_none(self):
        one, other = account(TenantFactory()), account(TenantFactory())

        assert ready(one).adapter is not ready(other).adapter

    def test_a_changed_account_has_a_new_one_and_the_old_one_is_closed(self, closed):
        row = account(TenantFactory())
        old = ready(row).adapter

        row.config = {"answer": "temporary"}
        row.save()
        new = ready(again(row)).adapter

        assert new.config.answer == "temporary"
        assert closed == [old]

    def test_a_new_name_is_no_reason_for_a_new_one(self, closed):
        row = account(TenantFactory())
        old = ready(row).adapter

        row.name = "Other texts"
        row.save()

        assert ready(again(row)).adapter is old
        assert closed == []

    def test_the_longest_unused_is_closed_when_there_are_too_many(
        self, closed, monkeypatch
    ):
        monkeypatch.setattr(accounts, "_KEPT_ADAPTERS", 2)
        adapters = Adapters(made)
        first, second, third = (account(TenantFactory()) for _ in range(3))
        adapters.of(first)
        unused = adapters.of(second)
        adapters.of(first)

        adapters.of(third)

        assert closed == [unused]

    def test_threads_that_come_together_share_one(
        self, closed: list[Provider[Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row, adapters = account(TenantFactory()), Adapters(made)
        together = threading.Barrier(4, timeout=10)

        def slow(self: SmsSandbox, config: ProviderConfig) -> None:
            together.wait()  # nobody's is kept before everybody has made one
            Provider.__init__(self, config)

        monkeypatch.setattr(SmsSandbox, "__init__", slow)
        with ThreadPoolExecutor(4) as pool:
            found = set(pool.map(adapters.of, [row] * 4))

        assert len(found) == 1
        assert len(closed) == 3
        assert found.isdisjoint(closed)

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"config": {"answer": "perhaps"}}, "invalid_config"),
            ({"provider": "sms.carrier_pigeon"}, "unknown_provider"),
        ],
    )
    def test_an_account_that_cannot_work_is_misconfigured(self, values, code):
        row = account(TenantFactory(), **values)

        with pytest.raises(Misconfigured) as caught:
            ready(row)

        assert caught.value.code == code


class TestPause:
    def test_it_lasts_as_long_as_the_provider_asked(self):
        tenant = TenantFactory()
        row = account(tenant)

        accounts.pause(row.id, seconds=60)
        offers.of(tenant.id, "sms")

        assert 30 < offers.pausing_seconds(row) <= 60

    def test_a_shorter_one_does_not_shorten_it(self):
        row = account(TenantFactory())
        accounts.pause(row.id, seconds=600)
        until = again(row).paused_until

        accounts.pause(row.id, seconds=1)

        assert again(row).paused_until == until

    def test_it_ends_by_itself(self):
        tenant = TenantFactory()
        row = account(tenant)
        accounts.pause(row.id, seconds=0.05)
        offers.of(tenant.id, "sms")

        time.sleep(0.1)

        assert offers.pausing_seconds(row) == 0

    def test_our_own_clock_has_no_say(self, monkeypatch):
        tenant = TenantFactory()
        row = account(tenant)
        accounts.pause(row.id, seconds=60)
        wrong = timezone.now() + timedelta(days=1)
        monkeypatch.setattr(timezone, "now", lambda: wrong)
        offers.of(tenant.id, "sms")

        assert 30 < offers.pausing_seconds(row) <= 60

    def test_others_go_on(self):
        tenant = TenantFactory()
        other = account(tenant, "Other")
        accounts.pause(account(tenant).id, seconds=60)
        offers.of(tenant.id, "sms")

        assert offers.pausing_seconds(other) == 0
        assert again(other).paused_until is None


class TestCheck:
    def test_what_was_found_is_told_and_stored(self):
        row = account(TenantFactory())

        well, found = accounts.check(row)

        stored = again(row)
        assert well
        assert (stored.check_ok, stored.check_detail) == (True, found)
        assert stored.checked_at is not None

    def test_a_problem_is_an_answer_too(self):
        row = account(TenantFactory(), config={"answer": "perhaps"})

        well, found = accounts.check(row)

        assert not well
        assert "answer" in found
        assert (again(row).check_ok, again(row).check_detail) == (False, found)

    def test_an_unforeseen_error_is_told_by_its_kind_alone(self, monkeypatch):
        def broken(self: object) -> str:
            raise ValueError("secret-token")

        monkeypatch.setattr(SmsSandbox, "check", broken)
        row = account(TenantFactory())

        assert accounts.check(row) == (False, "ValueError")

    def test_a_long_answer_fits_its_column(self, monkeypatch):
        monkeypatch.setattr(SmsSandbox, "check", lambda self: "x" * 1_000)
        row = account(TenantFactory())

        accounts.check(row)

        assert again(row).check_detail == "x" * 300


@pytest.mark.parametrize(
    ("owned", "provider", "reserve"),
    [
        (False, "sms.sandbox", True),
        (True, "sms.sandbox", False),
        (False, "sms.twilio", False),
    ],
)
def test_only_the_systems_sandboxes_are_kept_for_tests(owned, provider, reserve):
    row = Account(tenant=TenantFactory() if owned else None, provider=provider)

    assert is_reserve(row) is reserve


def test_an_account_reaches_what_its_provider_says_of_its_configuration():
    near = Account(provider="sms.firetext", config={"api_key": "k" * 20})
    far = {**near.config, "international_api_key": "f" * 20}

    assert not reach(near).covers("+33612345678")
    assert reach(Account(provider=near.provider, config=far)).covers("+33612345678")


@pytest.mark.parametrize("provider", ["sms.firetext", "sms.carrier_pigeon"])
def test_one_that_cannot_be_made_ready_is_said_to_be_so_elsewhere(provider):
    assert reach(Account(provider=provider, config={})).covers("+33612345678")


def test_capabilities_are_words_and_a_provider_that_is_gone_has_none():
    assert "international" in capabilities("sms.sandbox")
    assert capabilities("sms.carrier_pigeon") == frozenset()
