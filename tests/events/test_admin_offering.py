"""What the form of an event type offers as recipients: of the tenant alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import TenantDefaults
from recipients import groups, lists
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import account_of, tenant_with_mail
from tests.events.test_admin_event_types import ADD, someone
from tests.tenants.factories import UserFactory

pytestmark = pytest.mark.django_db
OFFERED = "admin:events_eventtype_recipients"


@pytest.fixture
def tenant() -> Tenant:
    made = tenant_with_mail()
    for name, code in (("Approvers", "email"), ("Clerks", "email"), ("Phones", "sms")):
        groups.create(made, name=name, channel_code=code, addresses=[])
    lists.create(made, name="Approved")
    return made


def ask(client: Client, **given: Any) -> list[str]:
    answer = client.get(reverse(OFFERED), {"channel": "email", "kind": "to", **given})
    assert answer.status_code == 200
    found: list[str] = answer.json()["found"]
    return found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ["group: Approvers", "group: Clerks", "list: Approved"]),
        ({"words": "appr"}, ["group: Approvers", "list: Approved"]),
        ({"words": "group: appr"}, ["group: Approvers"]),
        ({"words": "list:"}, ["list: Approved"]),
        ({"kind": "cc", "words": "appr"}, ["group: Approvers"]),
        ({"channel": "sms", "kind": "cc"}, ["group: Phones"]),
        ({"kind": ""}, []),
        ({"channel": "nonsense"}, []),
    ],
)
def test_groups_and_lists_are_offered_by_a_part_of_their_names(tenant, given, found):
    assert ask(someone(tenant, "designer"), **given) == found


def test_chat_is_offered_its_destinations(tenant):
    account_of(tenant, "msgApp", "Ops room")
    account_of(tenant_with_mail(), "msgApp", "Their room")

    offered = ask(someone(tenant, "designer"), channel="msgApp", words="room")

    assert offered == ["ops room"]


def test_another_tenants_are_not_offered(tenant):
    stranger = someone(tenant_with_mail(), "admin")
    above_all = Client()
    above_all.force_login(UserFactory(is_superuser=True))
    nobody = Client()
    nobody.force_login(UserFactory())

    assert ask(stranger) == []
    assert ask(above_all) == []
    assert nobody.get(reverse(OFFERED)).status_code == 403


@pytest.mark.parametrize("kind", ["eventtype", "tenantdefaults"])
def test_who_stands_above_all_tenants_is_offered_the_rows_own_tenants(tenant, kind):
    defaults = TenantDefaults(tenant=tenant, channel="email")
    defaults.save()
    rows = {
        "eventtype": published(tenant, "AppRec", mail_design()),
        "tenantdefaults": defaults,
    }
    there = tenant_with_mail()
    groups.create(there, name="Theirs", channel_code="email", addresses=[])
    operator, stranger = Client(), someone(there, "admin")
    operator.force_login(UserFactory(is_superuser=True))
    change = reverse(f"admin:events_{kind}_change", args=[rows[kind].pk])

    shown = operator.get(change).content.decode()

    [address] = re.findall('data-chips-suggest="([^"]+)"', shown)
    given = {"channel": "email", "kind": "cc"}
    assert operator.get(address, given).json()["found"] == [
        "group: Approvers",
        "group: Clerks",
    ]
    assert stranger.get(address, given).status_code == 404


def test_the_form_says_where_to_ask_and_for_what(tenant):
    shown = someone(tenant, "designer").get(reverse(ADD)).content.decode()

    assert f'data-chips-suggest="{reverse(OFFERED)}"' in shown
    assert 'data-chips="cc" data-channel="email"' in shown


@pytest.mark.parametrize("value", ["", "9e999", "\u202e\uffff" * 99, "a\x00b"])
def test_nonsense_is_answered(tenant, value):
    given = dict.fromkeys(("channel", "kind", "words"), value)

    assert someone(tenant, "designer").get(reverse(OFFERED), given).status_code < 500
