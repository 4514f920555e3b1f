"""The admin's pages of lists, used as a browser would."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from providers.models import Service
from recipients import lists, subscribing
from recipients.models import SubscriberList
from tenants.models import Tenant
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db
ADD = "admin:recipients_subscriberlist_add"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    return made


def someone(tenant: Tenant, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def page(one: SubscriberList, name: str = "change") -> str:
    return reverse(f"admin:recipients_subscriberlist_{name}", args=[one.pk])


def test_a_list_is_made_and_leads_to_its_subscriptions(tenant: Tenant):
    client = someone(tenant)

    client.post(reverse(ADD), {"name": "news", "title": "Forest news"})

    made = SubscriberList.for_tenant(tenant).get()
    subscribing.subscribe(
        made, channel_code="email", address="ann@example.org", confirmed=True
    )
    shown = client.get(page(made)).content.decode()
    assert f"?list={made.pk}" in shown
    url = reverse("admin:recipients_subscription_changelist")
    assert "ann@example.org" in client.get(f"{url}?list={made.pk}").content.decode()


def test_a_name_that_is_taken_is_told_in_words(tenant: Tenant):
    lists.create(tenant, name="news")

    answer = someone(tenant).post(reverse(ADD), {"name": "News"})

    assert "A list of this name exists already" in answer.content.decode()


def test_lists_are_offered_by_their_names(tenant: Tenant):
    for name in ("zinc", "alder", "maple"):
        lists.create(tenant, name=name)
    asked = {"app_label": "recipients", "model_name": "subscription"}

    answer = someone(tenant).get(
        reverse("admin:autocomplete"), {**asked, "field_name": "list", "term": ""}
    )

    offered = [one["text"] for one in answer.json()["results"]]
    assert offered == ["alder", "maple", "zinc"]


def test_a_free_one_goes(tenant: Tenant):
    made = lists.create(tenant, name="news")

    someone(tenant).post(page(made, "delete"), {"post": "yes"})

    assert not SubscriberList.for_tenant(tenant).exists()


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_look_and_touch_nothing(tenant: Tenant, role: str):
    made = lists.create(tenant, name="news")
    client = someone(tenant, role)

    assert "news" in client.get(page(made)).content.decode()
    assert client.post(page(made), {"name": "X"}).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403


def test_a_list_may_be_kept_by_a_service(tenant: Tenant):
    service = Service(
        tenant=tenant,
        name="People",
        provider="subscriptions.http",
        config={"url": "https://people.example.org/subs"},
    )
    service.save()
    client = someone(tenant)
    given = {"name": "news", "service": str(service.id)}

    refused = client.post(reverse(ADD), given).content.decode()
    client.post(reverse(ADD), {**given, "service_list": "n-1"})

    assert "id of the list" in refused
    made = SubscriberList.for_tenant(tenant).get()
    assert (made.service, made.service_list) == (service, "n-1")
    client.post(page(made), {"name": "news", "service": ""})
    made.refresh_from_db()
    assert made.service is None


def test_how_many_are_subscribed_stands_on_the_lists_own_page_only(tenant: Tenant):
    news = lists.create(tenant, name="News")
    for number in range(3):
        subscribing.subscribe(
            news,
            channel_code="email",
            address=f"p{number}@example.org",
            confirmed=number > 0,
        )
    client = someone(tenant)

    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("admin:recipients_subscriberlist_changelist"))
    shown = client.get(page(news)).content.decode()

    assert not [one for one in asked if "recipients_subscription" in one["sql"]]
    assert re.search(r"Subscribers.*?>\s*2\s*<", shown, re.DOTALL)
