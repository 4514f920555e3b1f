"""By which account a message goes: its wishes, and who can be called now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from delivery.choosing import assign, is_stale
from delivery.loading import load
from delivery.models import Message
from providers import breaker
from providers.accounts import offers, pause
from providers.models import Account, Breaker
from tenants.models import Tenant
from tests.delivery.scene import TWILIO, account_of, claimed, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
MAIL = {"host": "127.0.0.1", "port": 9}


@pytest.fixture
def tenant():
    return TenantFactory()


def texts(tenant: Tenant, name: str, **more) -> Account:
    return account_of(tenant, "sms.twilio", name=name, config=TWILIO, **more)


def of_system(name: str, **more) -> Account:
    made = Account(
        tenant=None, channel="sms", provider="sms.twilio", name=name, config=TWILIO
    )
    for field, value in more.items():
        setattr(made, field, value)
    made.save()
    offers.forget()
    return made


def message(tenant: Tenant, channel: str = "sms", **changes) -> Message:
    many(tenant, channel=channel, **changes)
    held = claimed(f"{channel}-bulk")
    [found] = load(held.token, held.ids)
    return found


def names(one: Message) -> list[str]:
    return [each.name for each in one.accounts]


def abroad(monkeypatch) -> None:
    monkeypatch.setattr("tests.delivery.scene._address", lambda *_: "+33612345678")


def test_the_tenants_accounts_in_their_order(tenant):
    texts(tenant, "Second", priority=20)
    texts(tenant, "First", priority=10)
    one = message(tenant)

    assert assign(one) is None
    assert names(one) == ["First", "Second"]


def test_a_number_abroad_goes_by_who_sends_abroad(tenant, monkeypatch):
    abroad(monkeypatch)
    texts(tenant, "Home only", priority=1, supports_international=False)
    texts(tenant, "Abroad", priority=20)
    one = message(tenant)

    assert assign(one) is None
    assert names(one) == ["Abroad"]


def test_nobody_who_sends_abroad_holds_the_message(tenant, monkeypatch):
    abroad(monkeypatch)
    texts(tenant, "Home only", supports_international=False)

    why = assign(message(tenant))
    assert why is not None
    assert (why.to, why.cause) == ("queued", "no_account")


class TestReach:
    """FireText, which needs a key of its own for numbers outside +44."""

    NEAR = {"api_key": "k" * 20, "sender": "GovUK"}
    FAR = {**NEAR, "international_api_key": "f" * 20}

    def firetext(self, tenant: Tenant, config, **more) -> Account:
        return account_of(
            tenant, "sms.firetext", name="FireText", config=config, **more
        )

    def to(self, monkeypatch, number: str) -> None:
        monkeypatch.setattr("tests.delivery.scene._address", lambda *_: number)

    @pytest.mark.parametrize(
        ("number", "config", "first"),
        [
            ("+33612345678", NEAR, "Backup"),
            ("+17787001234", NEAR, "Backup"),
            ("+447900900123", NEAR, "FireText"),
            ("+33612345678", FAR, "FireText"),
        ],
    )
    def test_a_number_goes_by_an_account_that_reaches_it(
        self, tenant, monkeypatch, number, config, first
    ):
        self.to(monkeypatch, number)
        self.firetext(tenant, config, priority=1)
        texts(tenant, "Backup", priority=20)
        one = message(tenant)

        assert assign(one) is None
        assert names(one)[0] == first

    def test_nor_does_it_fail_over_to_one_that_does_not(self, tenant, monkeypatch):
        self.to(monkeypatch, "+33612345678")
        own = texts(tenant, "Own", priority=1)
        self.firetext(tenant, self.NEAR, priority=2)
        one = message(tenant)
        one.account_id, one.error_code = own.id, "http_503"

        assert assign(one) is None
        assert names(one) == ["Own"]
        assert one.passed_over == [
            "FireText passed over: It has no key for numbers outside +44."
        ]

    def test_where_none_reaches_it_the_wait_says_why(self, tenant, monkeypatch):
        self.to(monkeypatch, "+33612345678")
        self.firetext(tenant, self.NEAR)
        texts(tenant, "Old", active=False)

        why = assign(message(tenant))
        assert why is not None
        assert (why.to, why.cause) == ("queued", "no_account")
        assert sorted(why.detail.split("\n")[1:]) == [
            "FireText passed over: It has no key for numbers outside +44.",
            "Old passed over: It is switched off.",
        ]

    def test_nor_does_a_request_that_names_it(self, tenant, monkeypatch):
        self.to(monkeypatch, "+33612345678")
        own = self.firetext(tenant, self.NEAR)
        texts(tenant, "Backup")
        one = message(tenant)
        one.pinned_account_id = own.id

        why = assign(one)
        assert why is not None
        assert why.cause == "no_account"

    def test_a_key_that_is_added_counts_as_soon_as_it_is_read(
        self, tenant, monkeypatch
    ):
        self.to(monkeypatch, "+33612345678")
        own = self.firetext(tenant, self.NEAR)
        assert assign(message(tenant)) is not None
        own.config = self.FAR
        own.save()
        offers.forget()

        assert assign(message(tenant)) is None


def test_at_home_is_where_the_tenant_is(tenant, monkeypatch):
    abroad(monkeypatch)
    tenant.phone_region = "FR"
    tenant.save()
    texts(tenant, "Home only", supports_international=False)
    one = message(tenant)

    assert assign(one) is None


def test_the_systems_accounts_step_in_only_where_the_tenant_allows_it(tenant):
    own = texts(tenant, "Own")
    of_system("System's")
    breaker.open_for(own.id)
    why = assign(message(tenant))
    assert why is not None
    assert why.cause == "account_broken"

    tenant.system_accounts_step_in = True
    tenant.save()
    one = message(tenant)
    assert assign(one) is None
    assert names(one) == ["System's"]


def test_a_pause_is_known_at_once(tenant):
    own = texts(tenant, "Own")
    one = message(tenant)
    assign(one)
    pause(own.id, seconds=60)

    assert offers.any_away()
    assert is_stale(one)
    why = assign(one)
    assert why is not None
    assert why.cause == "account_pausing"


class TestBroken:
    @pytest.fixture
    def own(self, tenant) -> Account:
        made = texts(tenant, "Own")
        breaker.open_for(made.id)
        return made

    def over(self, seconds: int = 1) -> None:
        Breaker.objects.update(open_until=Now() - timedelta(seconds=seconds))
        offers.forget()

    def test_who_is_broken_is_waited_for_in_turn(self, tenant, own):
        waiting = [message(tenant) for _ in range(3)]
        found = [assign(one) for one in waiting]

        waits = [why.wait_seconds for why in found if why and why.wait_seconds]
        assert len(waits) == 3
        assert all(2.0 < wait < 7.0 for wait in waits)
        assert waits[0] < waits[2] + 0.02, "one fiftieth of a second apart"

    def test_another_takes_over_at_once(self, tenant, own):
        texts(tenant, "Reserve", priority=99)
        one = message(tenant)

        assert assign(one) is None
        assert names(one) == ["Reserve"]

    def test_one_message_tries_it_and_the_others_wait_or_go_elsewhere(
        self, tenant, own
    ):
        self.over()
        first, second = message(tenant), message(tenant)

        assert assign(first) is None
        assert (first.probe, names(first)) == (True, ["Own"])
        assert not is_stale(first)
        why = assign(second)
        assert why is not None
        assert why.cause == "account_broken"

    def test_one_that_may_have_arrived_leaves_the_try_to_others(self, tenant, own):
        """If nobody knew again what became of it, it would be given up."""
        self.over()
        doubtful, other = message(tenant, unknowns=1), message(tenant)

        why = assign(doubtful)
        assert why is not None
        assert why.cause == "account_broken"
        assert assign(other) is None
        assert other.probe

    def test_where_there_are_no_others_it_tries_after_a_while(self, tenant, own):
        self.over(61)
        doubtful = message(tenant, unknowns=1)

        assert assign(doubtful) is None
        assert doubtful.probe

    def test_with_a_reserve_the_others_go_by_it(self, tenant, own):
        texts(tenant, "Reserve", priority=99)
        self.over()
        first, second = message(tenant), message(tenant)

        assert assign(first) is None
        assert assign(second) is None
        assert (first.probe, second.probe) == (True, False)
        assert names(second) == ["Reserve"]


def test_a_mail_with_files_goes_by_who_can_carry_them(tenant):
    account_of(tenant, "email.smtp", config=MAIL)
    one = message(tenant, "email")
    one.has_files = True

    assert assign(one) is None


def test_choosing_costs_no_query_once_the_accounts_are_known(
    tenant, django_assert_num_queries
):
    texts(tenant, "Own")
    first, second = message(tenant), message(tenant)
    assign(first)
    with django_assert_num_queries(0):
        assert assign(second) is None
