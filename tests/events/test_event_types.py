"""An event type is found by what a request calls it."""

from __future__ import annotations

from typing import Any

import pytest

from events import designing, event_types
from events.designing import Naming
from events.errors import EventTypeInactive, UnknownEventType
from events.models import EventType
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def event(tenant: Tenant) -> EventType:
    return published(tenant, "PermitIssued", mail_design(), aliases=("permit",))


def test_by_its_name_or_an_alias_in_any_case(tenant: Tenant, event: EventType):
    for name in ("PermitIssued", "permitissued", "PERMIT"):
        found = event_types.find(tenant.id, name)
        assert (found.name, found.version) == ("PermitIssued", 1)
        assert found.design == mail_design()


def test_the_second_time_one_query_finds_it(
    tenant: Tenant, event: EventType, django_assert_num_queries: Any
):
    with django_assert_num_queries(3):
        event_types.find(tenant.id, "permit")
    with django_assert_num_queries(1):
        event_types.find(tenant.id, "permit")


def test_a_new_version_is_heard_at_once(tenant: Tenant, event: EventType):
    event_types.find(tenant.id, "permit")
    designing.save_draft(event, mail_design(tags=("new",)))
    assert event_types.find(tenant.id, "permit").version == 1

    designing.publish(event)

    found = event_types.find(tenant.id, "permit")
    assert (found.version, found.design.tags) == (2, ("new",))


def test_a_new_name_is_heard_at_once(tenant: Tenant, event: EventType):
    event_types.find(tenant.id, "permit")

    designing.rename(event, Naming("PermitGranted", aliases=("permit",)))

    assert event_types.find(tenant.id, "permit").name == "PermitGranted"


def test_one_that_is_off_or_a_draft_is_not_in_use(tenant: Tenant, event: EventType):
    designing.create(tenant, Naming("Draft"), mail_design())
    designing.switch(event, active=False)

    for name in ("Draft", "permit"):
        with pytest.raises(EventTypeInactive):
            event_types.find(tenant.id, name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("PermitIsued", "Did you mean PermitIssued?"),
        ("permitt", "Did you mean permit?"),
        ("xyz", "GET /notifyevent/types"),
        ("é" * 100, "GET /notifyevent/types"),
    ],
)
def test_what_was_probably_meant_is_said(
    tenant: Tenant, event: EventType, name: str, hint: str
):
    with pytest.raises(UnknownEventType) as caught:
        event_types.find(tenant.id, name)

    assert hint in caught.value.message
    assert caught.value.errors[0].field == "notificationEventType"


def test_another_tenants_is_unknown_and_no_hint(event: EventType):
    with pytest.raises(UnknownEventType) as caught:
        event_types.find(TenantFactory().id, "PermitIssued")

    assert "Did you mean" not in caught.value.message
