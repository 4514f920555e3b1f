"""Who a message comes from; and that nobody is refused from an old memory."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.plan import SenderPlan
from events import senders
from events.errors import SenderNotConfigured, SenderNotVerified, UnknownSender
from providers.channels.base import channel
from providers.models import Sender
from tenants.models import Tenant
from tests.events.scene import sender_of
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    return made


def choose(tenant: Tenant, code: str = "email", **asked: Any) -> SenderPlan:
    given = {"address": "", "identity": None, "reply_to": (), "path": "", **asked}
    return senders.choose(tenant, channel(code), **given)


def test_the_default_of_the_channel_speaks_for_the_tenant(tenant: Tenant):
    sender_of(tenant, "other@example.org")
    sender_of(
        tenant, "desk@example.org", name="Desk", is_default=True, reply_to="r@x.org"
    )
    sender_of(tenant, "+16045550123", channel="sms", is_default=True)

    assert choose(tenant) == SenderPlan("desk@example.org", "Desk", ("r@x.org",))
    assert choose(tenant, "sms").address == "+16045550123"


def test_the_request_chooses_by_address_or_id(tenant: Tenant):
    sender_of(tenant, "desk@example.org", is_default=True)
    other = sender_of(tenant, "other@example.org", name="Other", reply_to="r@x.org")

    assert choose(tenant, address="OTHER@example.org").name == "Other"
    assert choose(tenant, identity=other.id).address == "other@example.org"
    assert choose(tenant, identity=str(other.id), reply_to=("q@x.org",)) == SenderPlan(
        "other@example.org", "Other", ("q@x.org",)
    )


def test_a_display_name_of_its_own_is_allowed(tenant: Tenant):
    sender_of(tenant, "desk@example.org", name="Desk")

    found = choose(tenant, address="Ann Lee <desk@example.org>")

    assert (found.address, found.name) == ("desk@example.org", "Ann Lee")


def test_a_domain_that_is_verified_covers_its_unverified_addresses(tenant: Tenant):
    sender_of(tenant, "desk@example.org", verified=False)
    sender_of(tenant, "example.org")

    assert choose(tenant, address="desk@example.org").address == "desk@example.org"
    assert choose(tenant, address="any@example.org").address == "any@example.org"


@pytest.mark.parametrize(
    ("asked", "error", "field"),
    [
        ({}, SenderNotVerified, "from"),
        ({"address": "desk@example.org"}, SenderNotVerified, "from"),
        ({"address": "nobody@example.org"}, UnknownSender, "from"),
        ({"address": "no address"}, UnknownSender, "from"),
        (
            {"identity": "019a0000-0000-7000-8000-0000000000aa"},
            UnknownSender,
            "identityId",
        ),
    ],
)
def test_what_may_not_send_is_refused_by_its_field(
    tenant: Tenant, asked: Any, error: Any, field: str
):
    sender_of(tenant, "desk@example.org", verified=False, is_default=True)

    with pytest.raises(error) as caught:
        choose(tenant, path="email.", **asked)

    assert caught.value.errors[0].field == f"email.{field}"


def test_a_channel_that_needs_a_sender_says_how_to_get_one(tenant: Tenant):
    with pytest.raises(SenderNotConfigured, match="POST /senders"):
        choose(tenant)

    assert choose(tenant, "sms") == SenderPlan()
    assert choose(tenant, "msgApp") == SenderPlan()


def test_another_tenants_sender_is_nobodys(tenant: Tenant):
    other = sender_of(TenantFactory(), "desk@example.org", is_default=True)

    for asked in ({"address": "desk@example.org"}, {"identity": other.id}, {}):
        with pytest.raises((UnknownSender, SenderNotConfigured)):
            choose(tenant, **asked)


def test_a_sender_is_known_as_soon_as_it_is_added_and_verified(tenant: Tenant):
    with pytest.raises(SenderNotConfigured):
        choose(tenant)
    made = sender_of(tenant, "desk@example.org", verified=False, is_default=True)
    with pytest.raises(SenderNotVerified):
        choose(tenant)
    verified = sender_of(TenantFactory(), "x@example.org").verified_at
    Sender.for_tenant(tenant).filter(id=made.id).update(verified_at=verified)

    assert choose(tenant).address == "desk@example.org"


def test_those_who_are_known_cost_no_query(
    tenant: Tenant, django_assert_num_queries: Any
):
    sender_of(tenant, "desk@example.org", is_default=True)
    choose(tenant)

    with django_assert_num_queries(0):
        choose(tenant)
