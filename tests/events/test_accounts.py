"""Which account a request may pin, and the tenant's chat destinations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from events import accounts
from events.errors import NoAccount, UnknownAccount
from providers.channels.base import channel
from tenants.models import Tenant
from tests.events.scene import account_of
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def pinned(tenant: Tenant, named: str = "", **more: Any) -> UUID | None:
    values = {"code": "email", "key_type": "live", "path": "email.", **more}
    kind = channel(values.pop("code"))
    return accounts.pinned(tenant.id, kind, named=named, **values)


def test_an_account_is_named_by_its_name_or_id(tenant: Tenant):
    made = account_of(tenant, "email", "Second Mail")

    assert pinned(tenant, "second mail") == made.id
    assert pinned(tenant, str(made.id)) == made.id
    assert pinned(tenant) is None


def test_the_systems_accounts_may_be_named_too(tenant: Tenant):
    made = account_of(None, "email", "System", provider="email.smtp")

    assert pinned(tenant, "system") == made.id


@pytest.mark.parametrize("named", ["nobody's", "off", "theirs", "phone"])
def test_what_is_not_the_tenants_or_not_active_is_unknown(tenant: Tenant, named: str):
    account_of(tenant, "email", "on")
    account_of(tenant, "email", "off", active=False)
    account_of(tenant, "sms", "phone")
    account_of(TenantFactory(), "email", "theirs")

    with pytest.raises(UnknownAccount) as caught:
        pinned(tenant, named)

    assert caught.value.errors[0].field == "email.account"


def test_a_channel_that_nothing_can_carry_is_refused(tenant: Tenant):
    account_of(None, "email", "Simulator")  # the system's sandbox is for test keys
    account_of(tenant, "email", "off", active=False)

    with pytest.raises(NoAccount):
        pinned(tenant)
    assert pinned(tenant, key_type="test") is None


def test_an_account_can_be_used_as_soon_as_it_is_made(tenant: Tenant):
    with pytest.raises(NoAccount):
        pinned(tenant)
    made = account_of(tenant, "email", "Mail")

    assert pinned(tenant) is None
    assert pinned(tenant, "mail") == made.id


def test_those_who_are_known_cost_no_query(
    tenant: Tenant, django_assert_num_queries: Any
):
    account_of(tenant, "email", "Mail")
    pinned(tenant)

    with django_assert_num_queries(0):
        pinned(tenant, "mail")


def destinations(tenant: Tenant, *wanted: str) -> dict[str, UUID]:
    """Without the sandbox, which each installation has."""
    found = accounts.destinations(tenant.id, "msgApp", wanted)
    return {name: account for name, account in found.items() if name != "sandbox"}


def test_destinations_go_by_their_one_name_and_the_tenants_own_first(tenant: Tenant):
    own = account_of(tenant, "msgApp", "Ops  TEAM")
    account_of(None, "msgApp", "ops team")
    system = account_of(None, "msgApp", "Everybody")
    account_of(tenant, "msgApp", "off", active=False)
    account_of(tenant, "msgApp", "no / name")
    account_of(TenantFactory(), "msgApp", "theirs")

    found = destinations(tenant, "ops team")

    assert found == {"ops team": own.id, "everybody": system.id}


def test_a_destination_is_known_as_soon_as_it_is_made(tenant: Tenant):
    assert destinations(tenant, "ops") == {}
    made = account_of(tenant, "msgApp", "Ops")

    assert destinations(tenant, "OPS") == {"ops": made.id}


def test_other_channels_have_none(tenant: Tenant, django_assert_num_queries: Any):
    with django_assert_num_queries(0):
        assert accounts.destinations(tenant.id, "email", ["a@b.org"]) == {}


def test_own_accounts_that_are_all_off_are_told_at_once(tenant: Tenant):
    account_of(None, "email", "System", provider="email.smtp")
    account_of(tenant, "email", "Relay", active=False)

    with pytest.raises(NoAccount, match="switch one on"):
        pinned(tenant)
