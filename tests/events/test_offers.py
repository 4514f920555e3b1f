"""What a layer may refer to: of its tenant, usable, and of the channel."""

from __future__ import annotations

import pytest

from events import offers
from templates_app import editing
from tests.events.designed import template_of
from tests.events.scene import account_of, sender_of, tenant_with_mail

pytestmark = pytest.mark.django_db


def test_a_tenant_is_offered_what_it_can_use_of_its_own_and_the_systems_accounts():
    tenant, other = tenant_with_mail(), tenant_with_mail()
    account_of(None, "email", "System")
    account_of(tenant, "email", "Off", active=False)
    sender_of(tenant, "new@example.org", verified=False)
    for whose in (tenant, other):
        template_of(
            whose,
            {"name": "Mine", "channel": "email", "subject": "s", "body": "b"},
        )
    template_of(tenant, {"name": "Text", "channel": "sms", "message": "m"})
    draft = editing.Draft("s", "b", "")
    editing.create(
        tenant, name="Draft", channel_code="email", draft=draft, publish=False
    )

    found = {name: list(rows) for name, rows in offers.of(tenant, "email").items()}

    assert [str(one) for one in found["template"]] == ["Mine"]
    assert [one.tenant for one in found["template"]] == [tenant]
    assert [one.address for one in found["sender"]] == ["notify@example.org"]
    assert {one.name for one in found["account"]} >= {"Mail", "System"}
    assert "Off" not in {one.name for one in found["account"]}


def test_the_system_refers_to_its_accounts_alone():
    tenant_with_mail()
    account = account_of(None, "email", "System")

    found = offers.of(None, "email")

    assert list(found) == ["account"]
    assert account in found["account"]
    assert {one.tenant_id for one in found["account"]} == {None}
