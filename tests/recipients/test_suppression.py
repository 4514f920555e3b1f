"""The suppression list: what is on it, for whom it counts, and how one leaves it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from notify_project.db.hashing import address_hash
from providers.channels.base import UnknownChannel
from recipients import suppression
from recipients.errors import InvalidSuppression
from recipients.models import Suppression
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
JANE = "jane@example.org"
some_reasons = st.sets(st.sampled_from(suppression.REASONS))


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    return made


def listed(tenant: Tenant, address: str = JANE, **values: Any) -> Suppression:
    given = {"channel_code": "email", "reason": "opted_out", **values}
    row, _is_new = suppression.suppress(tenant, address=address, **given)
    return row


def said_of(tenant: Tenant, address: str, channel: str = "email") -> set[str]:
    key = address_hash(tenant.id, address)
    return set(suppression.standing([key]).get((channel, key), ()))


@pytest.mark.parametrize(
    ("reasons", "usually", "mandatory"),
    [
        ([], "", ""),
        (["opted_out"], "opted_out", ""),
        (["bounced"], "bounced", "bounced"),
        (["stopped"], "stopped", "stopped"),
        (["complained"], "complained", "complained"),
        (["by_hand"], "by_hand", "by_hand"),
        (["opted_out", "stopped"], "stopped", "stopped"),
    ],
)
def test_what_is_mandatory_overrides_a_wish_and_nothing_else(
    reasons: list[str], usually: str, mandatory: str
):
    assert suppression.why(reasons, mandatory=False) == usually
    assert suppression.why(reasons, mandatory=True) == mandatory


@given(some_reasons, some_reasons, st.booleans())
def test_one_more_reason_never_lets_a_message_through(
    some: set[str], more: set[str], mandatory: bool
):
    if suppression.why(some, mandatory=mandatory):
        assert suppression.why(some | more, mandatory=mandatory)


def test_an_address_counts_in_whatever_case_it_is_written(tenant: Tenant):
    listed(tenant, "Jane@Example.ORG")

    assert said_of(tenant, JANE) == {"opted_out"}


def test_a_number_counts_in_whatever_form_it_is_written(tenant: Tenant):
    listed(tenant, "(778) 700-1234", channel_code="sms", reason="stopped")

    assert said_of(tenant, "+17787001234", "sms") == {"stopped"}


def test_it_counts_for_one_tenant_and_one_channel(tenant: Tenant):
    listed(tenant)

    assert said_of(TenantFactory(), JANE) == set()
    assert said_of(tenant, JANE, "sms") == set()


def test_the_same_reason_is_kept_once_and_others_beside_it(tenant: Tenant):
    first = listed(tenant)

    again, is_new = suppression.suppress(
        tenant, channel_code="email", address="JANE@example.org", reason="opted_out"
    )
    listed(tenant, reason="bounced")

    assert (again.id, is_new) == (first.id, False)
    assert said_of(tenant, JANE) == {"opted_out", "bounced"}


def test_a_release_takes_one_reason_away(tenant: Tenant):
    wish = listed(tenant)
    listed(tenant, reason="bounced")

    assert suppression.release(wish)

    assert said_of(tenant, JANE) == {"bounced"}
    assert not suppression.release(wish)


def test_many_are_asked_for_at_once(tenant: Tenant, django_assert_num_queries: Any):
    keys = [address_hash(tenant.id, f"p{number}@x.org") for number in range(500)]
    listed(tenant, "p7@x.org")

    with django_assert_num_queries(1):
        found = suppression.standing(keys)
    with django_assert_num_queries(0):
        suppression.standing([])

    assert found == {("email", keys[7]): {"opted_out"}}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"address": "jane"}, "address"),
        ({"reason": "bored"}, "reason"),
        ({"note": "two\nlines"}, "note"),
        ({"note": "x" * 301}, "note"),
        ({"channel_code": "msgApp"}, "channel"),
    ],
)
def test_what_cannot_be_is_told_with_its_field(
    tenant: Tenant, values: dict[str, Any], field: str
):
    with pytest.raises(InvalidSuppression) as caught:
        listed(tenant, **values)

    assert [one.field for one in caught.value.errors] == [field]
    assert not Suppression.for_tenant(tenant).exists()


def test_an_unknown_channel_is_told(tenant: Tenant):
    with pytest.raises(UnknownChannel):
        listed(tenant, channel_code="pigeon")


def test_the_address_is_sealed(tenant: Tenant):
    listed(tenant)

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT address FROM {Suppression._meta.db_table}")
        [(stored,)] = cursor.fetchall()
    assert b"jane" not in bytes(stored)
    assert Suppression.for_tenant(tenant).get().address == JANE
