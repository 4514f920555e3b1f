"""Trying a draft out with what the last real call gave: for those who may look."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from events.models import EventType
from tenants.models import AuditEntry, Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.events.test_admin_event_types import page, someone
from tests.events.test_admin_live_preview import form
from tests.events.test_last_call import called

pytestmark = pytest.mark.django_db
REAL = {"name": "Rosa", "email": "rosa@example.org"}
BUTTON = "Use those of the last real call"


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def event(tenant: Tenant) -> EventType:
    return published(tenant, "AppRec", mail_design())


@pytest.fixture
def admin(tenant: Tenant) -> Client:
    return someone(tenant, "admin")


def looks() -> Any:
    return AuditEntry.across_tenants().filter(action="content seen")


def test_the_preview_beside_the_form_is_made_with_it(admin, event, tenant):
    call = called(tenant, params=REAL)

    opened = admin.get(page(event)).content.decode()
    told = admin.post(page(event, "last_call")).json()
    shown = admin.post(page(event, "live"), form(), headers={"X-Look": told["look"]})

    assert BUTTON in opened
    assert "With the params of the call of" in told["told"]
    assert "Hello Rosa" in shown.json()["shown"]
    assert "Jane" not in shown.json()["shown"]
    [look] = looks()
    assert look.object_id == str(call.pk)
    assert "rosa" not in json.dumps(look.changes).lower()


def test_so_is_the_page_of_the_preview(admin, event, tenant):
    called(tenant, params=REAL)

    shown = admin.post(page(event, "preview"), {"last_call": "1", "params": "{}"})

    assert "Hello Rosa" in shown.content.decode()
    assert looks().count() == 1


def test_without_a_call_it_is_said(admin, event):
    told = admin.post(page(event, "last_call")).json()
    shown = admin.post(page(event, "preview"), {"last_call": "1"}).content.decode()

    assert told == {
        "look": "",
        "told": "No call has named this event type yet, or none is kept.",
    }
    assert told["told"] in shown
    assert not looks().exists()


@pytest.mark.parametrize("role", ["designer", "support"])
def test_who_may_see_no_content_may_not(tenant, event, role):
    called(tenant, params=REAL)
    client = someone(tenant, role)

    assert BUTTON not in client.get(page(event)).content.decode()
    assert BUTTON not in client.get(page(event, "preview")).content.decode()
    assert client.post(page(event, "last_call")).status_code == 403
    asked = client.post(page(event, "preview"), {"last_call": "1"})
    assert asked.status_code == 403
    assert not looks().exists()


def test_a_look_is_its_persons_own(admin, tenant, event):
    called(tenant, params=REAL)
    look = admin.post(page(event, "last_call")).json()["look"]

    for other in (someone(tenant, "admin"), someone(tenant, "designer")):
        for given in (look, look[:-2] + "xx"):
            answer = other.post(page(event, "live"), form(), headers={"X-Look": given})
            assert answer.status_code == 404


def test_a_mere_address_looks_at_nothing(admin, tenant, event):
    called(tenant, params=REAL)

    assert admin.get(page(event, "last_call")).status_code == 405
    assert not looks().exists()
