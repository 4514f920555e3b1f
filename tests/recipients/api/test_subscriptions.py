"""The edge of subscriptions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from recipients import lists, safe_list
from recipients.models import Subscription
from tenants.models import AuditEntry, Notice, Tenant
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db
ANN = {"list": "news", "address": "ann@example.org"}


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    lists.create(made, name="News")
    return made


def asking(tenant: Tenant, **key: Any) -> Any:
    headers = {"X-API-KEY": api_key(tenant, **key)}

    def ask(method: str, path: str, body: Any = None) -> Any:
        return Client().generic(
            method,
            path,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )

    return ask


def test_somebody_is_asked_and_found_by_their_address(tenant: Tenant):
    ask = asking(tenant)

    made = ask("POST", "/subscriptions", {**ANN, "locale": "fr"})

    assert made.status_code == 201
    assert (made.json()["status"], made.json()["list"]) == ("pending", "News")
    path = made["Location"].removeprefix("http://testserver")
    assert ask("GET", path).json() == made.json()
    for query, count in (
        ("address=ANN@example.org", 1),
        ("address=bob@example.org", 0),
        ("list=NEWS", 1),
        ("status=confirmed", 0),
    ):
        found = ask("GET", f"/subscriptions?{query}").json()
        assert len(found["data"]) == count, query


def test_who_gave_their_yes_already_is_not_asked(tenant: Tenant):
    ask = asking(tenant)

    made = ask("POST", "/subscriptions", {**ANN, "confirmed": True}).json()

    assert made["status"] == "confirmed"
    assert not Notice.for_tenant(tenant).exists()
    entry = AuditEntry.for_tenant(tenant).get(action="created")
    assert "ann@" not in f"{entry.object_label} {entry.changes}"


@pytest.mark.parametrize(("trial", "kind"), [(True, "live"), (False, "team")])
def test_who_is_restricted_asks_the_safe_list_only(tenant: Tenant, trial, kind):
    """The question that goes to a stranger would be a message as any other."""
    tenant.trial = trial
    tenant.save()
    safe_list.replace(tenant, ["bob@example.org"])
    ask = asking(tenant, key_type=kind)

    refused = ask("POST", "/subscriptions", ANN)
    made = ask("POST", "/subscriptions", {**ANN, "address": "bob@example.org"})

    assert refused.status_code == 422
    assert refused.json()["type"].endswith("#not_on_safe_list")
    assert made.status_code == 201
    assert Notice.for_tenant(tenant).count() == 1


def test_an_end_stays_and_a_claimed_yes_does_not_undo_it(tenant: Tenant):
    ask = asking(tenant)
    made = ask("POST", "/subscriptions", {**ANN, "confirmed": True}).json()

    assert ask("DELETE", f"/subscriptions/{made['id']}").status_code == 204
    told = ask("GET", f"/subscriptions/{made['id']}").json()
    assert told["status"] == "unsubscribed"
    assert told["endedAt"]
    refused = ask("POST", "/subscriptions", {**ANN, "confirmed": True})
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("#left_the_list")


def test_what_is_wrong_is_told_with_its_field(tenant: Tenant):
    ask = asking(tenant)
    for body, field in (
        ({**ANN, "address": "ann"}, "address"),
        ({**ANN, "list": "Olds"}, "list"),
        ({**ANN, "channel": "msgApp"}, "channel"),
        ({**ANN, "mail": "x"}, "mail"),
    ):
        answer = ask("POST", "/subscriptions", body)

        assert answer.status_code == 422, body
        assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_test_key_asks_no_real_people(tenant: Tenant):
    ask = asking(tenant, key_type="test")

    assert ask("POST", "/subscriptions", ANN).status_code == 422
    simulated = {**ANN, "address": "delivered@simulator.notify"}
    assert ask("POST", "/subscriptions", simulated).status_code == 201
    assert Subscription.for_tenant(tenant).count() == 1
