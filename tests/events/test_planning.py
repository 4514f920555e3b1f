"""One channel of a decision; most is told in test_resolving.py and the journeys."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.plan import FanOutPlan, ListPlan
from delivery.problems import Problems
from events.requests import NotifyRequest
from events.resolving import resolve
from recipients import lists, subscribing
from recipients.models import SubscriberList
from templates_app import editing
from templates_app.drafts import Draft
from tenants.callers import ALL_SCOPES, Caller
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(locale="en")
    draft = Draft(
        "News",
        "Dear {{name}}",
        variants={"fr": {"subject": "Nouvelles", "body": "Chère {{name}}"}},
    )
    editing.create(made, name="Letter", channel_code="email", draft=draft, locale="en")
    return made


@pytest.fixture
def news(tenant: Tenant) -> SubscriberList:
    return lists.create(tenant, name="news")


def subscribe(news: SubscriberList, address: str, **values: Any) -> None:
    subscribing.subscribe(
        news, channel_code="email", address=address, confirmed=True, **values
    )


def planned(tenant: Tenant, **values: Any) -> Any:
    layer = {
        "email": {
            "recipients": {"to": [{"list": "news"}]},
            "content": {"template": "Letter"},
        },
        **values,
    }
    caller = Caller(tenant, "live", ALL_SCOPES, "app")
    request = NotifyRequest(layer=layer, spelling={"email": {"template": "template"}})
    [channel] = resolve(caller, request, Problems()).channels
    return channel


def test_a_few_with_nothing_of_their_own_are_composed_at_once(tenant, news):
    subscribe(news, "ann@example.org", locale="en")

    plan = planned(tenant)

    assert isinstance(plan.to[0], ListPlan)
    assert plan.own is None


@pytest.mark.parametrize("own", [{"locale": "fr"}, {"params": {"name": "Ann"}}])
def test_who_has_something_of_their_own_gets_words_of_their_own(tenant, news, own):
    subscribe(news, "ann@example.org", **own)

    plan = planned(tenant, params={"place": "Victoria"})

    assert isinstance(plan.fan_outs[0], FanOutPlan)
    assert plan.own.base.texts["body"] == "Dear {{name}}"
    assert plan.own.params["place"] == "Victoria"
    assert "name" not in plan.own.params


def test_the_example_is_the_first_subscriber(tenant, news):
    subscribe(news, "ann@example.org", locale="fr", params={"name": "Ann"})
    subscribe(news, "bob@example.org", params={"name": "Bob"})

    plan = planned(tenant)

    assert plan.wording.texts["subject"] == "Nouvelles"
    assert plan.params["name"] == "Ann"
    assert plan.own.wordings.keys() == {"fr"}
