"""Which call a designer may try a draft out with."""

from __future__ import annotations

import pytest
from django.utils import timezone

from delivery.models import Notification
from events import last_call
from events.models import EventType
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def event(tenant: Tenant) -> EventType:
    return published(tenant, "AppRec", mail_design())


def called(tenant: Tenant, name: str = "AppRec", **values) -> Notification:
    made = Notification(
        tenant=tenant,
        status="completed",
        event_type=name,
        **{"key_type": "live", "params": {"name": "Jane"}, **values},
    )
    made.save()
    return made


def test_it_is_the_newest(tenant, event):
    called(tenant, params={"name": "Old"})
    newest = called(tenant, params={"name": "New"})

    found = last_call.of(event)

    assert found == newest
    assert last_call.params_of(found) == {"name": "New"}


def test_tests_and_what_is_not_kept_any_more_are_passed_over(tenant, event):
    kept = called(tenant)
    called(tenant, key_type="test")
    called(tenant, key_type="tryout")
    called(tenant, params=None)
    called(tenant, content_deleted_at=timezone.now())
    called(tenant, "Other")
    called(tenant_with_mail())

    assert last_call.of(event) == kept


def test_there_may_be_none(event):
    assert last_call.of(event) is None
