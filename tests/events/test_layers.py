"""What is stored of the system's and a tenant's layer, as the cascade takes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from events import cascade
from events.cascade import Layer
from events.layers import as_allowed, stored_layers, without_locks_on
from events.models import SystemDefaults, TenantDefaults
from tenants.models import Tenant
from tests.events.scene import account_of, sender_of
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def test_the_system_is_below_the_tenant(tenant: Tenant):
    account = account_of(None, "email", "System")
    SystemDefaults(
        channel="email",
        account=account,
        values={"priority": "low"},
        locked=["account", "content.bodyType"],
    ).save()
    sender = sender_of(tenant, "desk@example.org")
    TenantDefaults(
        tenant=tenant, channel="email", sender=sender, values={"priority": "high"}
    ).save()

    system, own = stored_layers(tenant.id)

    assert (system.name, own.name) == ("system", "tenant")
    assert system.values == {"email": {"priority": "low", "account": str(account.id)}}
    assert system.locked == {"email.account", "email.content.bodyType"}
    assert own.values == {"email": {"priority": "high", "identityId": str(sender.id)}}
    assert (system.switches, own.switches) == (False, False)


def test_a_row_that_says_nothing_takes_nothing_away(tenant: Tenant):
    SystemDefaults(channel="email", values={"priority": "low"}).save()
    TenantDefaults(tenant=tenant, channel="email").save()

    decided = cascade.decide(stored_layers(tenant.id), channels=())

    assert decided.values == {"email": {"priority": "low"}}


def test_one_field_may_be_freed_of_its_locks():
    locked = {"email.recipients.bcc", "sms.recipients", "email.account"}
    layer = Layer("system", {}, locked=frozenset(locked))

    assert without_locks_on(layer, "recipients").locked == {"email.account"}


def test_another_tenants_layer_is_not_heard(tenant: Tenant):
    TenantDefaults(tenant=TenantFactory(), channel="sms", values={"a": 1}).save()

    assert stored_layers(tenant.id)[1].values == {}


def test_layers_are_read_once_in_a_while(
    tenant: Tenant, django_assert_num_queries: Any
):
    with django_assert_num_queries(4):
        stored_layers(tenant.id)
    with django_assert_num_queries(0):
        stored_layers(tenant.id)


def test_what_was_locked_since_is_left_out_for_looking_at():
    said = {
        "email": {
            "replyTo": ["a@example.org"],
            "recipients": {"bcc": ["b@example.org"], "cc": ["c@example.org"]},
        }
    }
    system = Layer("system", {}, locked=frozenset({"email.replyTo", "sms.account"}))
    more = replace(system, locked=system.locked | {"email.recipients.bcc"})

    [_lowest, tenant] = as_allowed([more, Layer("tenant", said)])

    assert tenant.values == {"email": {"recipients": {"cc": ["c@example.org"]}}}
    assert as_allowed([Layer("system", said, locked=more.locked)])[0].values == (said)
