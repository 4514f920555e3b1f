"""Where an address is configured, it is named by place, never by itself."""

from __future__ import annotations

import pytest
from django.utils import timezone

from events import designing, remains
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.models import TenantDefaults
from providers.models import Sender, Service
from recipients import erasing
from templates_app import editing
from templates_app.drafts import Draft
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
JANE = "jane@example.org"


def test_each_kind_of_place_is_found_and_has_a_reason():
    tenant = TenantFactory()
    MembershipFactory(tenant=tenant, user=UserFactory(email=JANE, name="Jane"))
    Sender(
        tenant=tenant, channel="email", address=JANE, verified_at=timezone.now()
    ).save()
    TenantDefaults(tenant=tenant, channel="email", values={"replyTo": [JANE]}).save()
    draft = Draft("Hello", f"Write to {JANE}", "")
    editing.create(tenant, name="Permit", channel_code="email", draft=draft)
    Service(
        tenant=tenant, provider="documents.http", name="Files", fixed={"to": JANE}
    ).save()
    values = {"recipients": {"to": [JANE]}, "content": {"subject": "s", "body": "b"}}
    designing.create(
        tenant,
        Naming("permit"),
        Design(channels={"email": ChannelDesign(values=values)}),
    )

    found = remains.remaining(erasing.person(tenant, JANE))

    kinds = dict(found)
    assert kinds["event_type"] == "permit v1"
    assert kinds["template"] == "Permit v1"
    assert kinds["defaults"] == "email"
    assert kinds["login"] == "Jane"
    assert kinds["service"] == "Files"
    assert "sender" in kinds
    assert set(kinds) <= set(remains.WHY)
    assert JANE not in str(found)


def test_nothing_is_named_where_nothing_is():
    tenant = TenantFactory()

    assert remains.remaining(erasing.person(tenant, JANE)) == []
