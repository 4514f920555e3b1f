"""A trial tenant and a team key write to their safe list, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from delivery.models import Message
from providers.models import Sender
from recipients import safe_list
from tests.delivery.scene import account_of
from tests.tenants.factories import MembershipFactory, TenantFactory, api_key

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ANN, BOB = "ann@example.org", "bob@example.org"


def tenant_of(**values: Any) -> Any:
    tenant = TenantFactory(**values)
    Sender(
        tenant=tenant,
        channel="email",
        address="notify@example.org",
        is_default=True,
        verified_at="2026-01-01T00:00:00Z",
    ).save()
    account_of(tenant, "email.sandbox", name="own")
    safe_list.replace(tenant, [ANN])
    return tenant


def mail(key: str, *to: str, path: str = "", **recipients: Any) -> Any:
    return Client().post(
        f"/notifysimple/email{path}",
        {
            "recipients": {"to": list(to), **recipients},
            "content": {"subject": "Hello", "body": "Words"},
        },
        content_type="application/json",
        headers={"X-API-KEY": key},
    )


@pytest.mark.parametrize(("trial", "kind"), [(True, "live"), (False, "team")])
def test_a_stranger_is_422_and_nothing_is_stored(trial, kind):
    key = api_key(tenant_of(trial=trial), key_type=kind)

    for path in ("", "/preview"):
        answer = mail(key, ANN, path=path, cc=[BOB])

        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["code"], error["field"]) == (
            "not_on_safe_list",
            "recipients.cc[0]",
        )
        assert BOB not in answer.content.decode()
    assert not Message.across_tenants().exists()


@pytest.mark.parametrize(("trial", "kind"), [(True, "live"), (False, "team")])
def test_listed_ones_own_people_and_simulated_ones_are_written_to(trial, kind):
    tenant = tenant_of(trial=trial)
    member = MembershipFactory(tenant=tenant)
    key = api_key(tenant, key_type=kind)

    for address in (ANN, member.user.email, "delivered@simulator.notify"):
        assert mail(key, address).status_code == 202


@pytest.mark.parametrize(("trial", "kind"), [(False, "live"), (True, "test")])
def test_nobody_else_is_restricted(trial, kind):
    key = api_key(tenant_of(trial=trial), key_type=kind)

    assert mail(key, BOB).status_code == 202


def test_a_team_keys_text_says_so():
    assert api_key(TenantFactory(), key_type="team").startswith("ntf_team_")
