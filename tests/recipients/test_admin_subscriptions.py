"""The admin's pages of subscriptions, used as a browser would."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from providers.models import Service
from recipients import lists, subscribing
from recipients.models import SubscriberList, Subscription
from tenants.models import AuditEntry, Notice
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db
LIST = "admin:recipients_subscription_changelist"
ADD = "admin:recipients_subscription_add"


@pytest.fixture
def news() -> SubscriberList:
    return lists.create(TenantFactory(phone_region="CA"), name="News")


@pytest.fixture
def ann(news: SubscriberList) -> Subscription:
    return subscribing.subscribe(
        news, channel_code="email", address="ann@example.org", confirmed=True
    )


def someone(news: SubscriberList, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=news.tenant, role=role).user)
    return client


def page(row: Subscription, name: str, *args: str) -> str:
    return reverse(f"admin:recipients_subscription_{name}", args=[row.pk, *args])


def test_whoever_is_added_is_asked(news: SubscriberList):
    given = {"to": str(news.pk), "channel": "email", "address": "bob@example.org"}

    answer = someone(news).post(reverse(ADD), given)

    assert answer.status_code == 302
    assert Subscription.for_tenant(news.tenant).get().status == "pending"
    assert Notice.for_tenant(news.tenant).get().kind == subscribing.QUESTION


def test_what_is_wrong_stands_beside_its_field(news: SubscriberList):
    given = {"to": str(news.pk), "channel": "email", "address": "bob"}

    answer = someone(news).post(reverse(ADD), given)

    assert answer.status_code == 200
    assert "no @" in answer.content.decode()


def test_no_list_of_another_tenant_is_offered_or_taken(news: SubscriberList):
    theirs = lists.create(TenantFactory(), name="Theirs")
    client = someone(news)
    given = {"to": str(theirs.pk), "channel": "email", "address": "bob@example.org"}

    assert "Theirs" not in client.get(reverse(ADD)).content.decode()
    assert client.post(reverse(ADD), given).status_code == 200
    assert not Subscription.across_tenants().exists()


def test_it_is_searched_by_the_whole_address(news: SubscriberList, ann: Subscription):
    client = someone(news)

    for text, there in (("ANN@example.org", True), ("ann", False)):
        shown = client.get(reverse(LIST), {"q": text}).content.decode()

        assert (str(ann.pk) in shown) is there


def test_filters_narrow_the_list(news: SubscriberList, ann: Subscription):
    client = someone(news)

    for query, there in (
        ({"status": "confirmed"}, True),
        ({"status": "pending"}, False),
        ({"list": str(news.pk)}, True),
        ({"list": str(uuid4())}, False),
    ):
        shown = client.get(reverse(LIST), query).content.decode()

        assert (str(ann.pk) in shown) is there


def test_a_subscription_is_ended_by_hand(news: SubscriberList, ann: Subscription):
    client = someone(news)

    shown = client.get(page(ann, "change")).content.decode()
    told = client.post(page(ann, "do", "unsubscribe"), follow=True).content.decode()

    assert "ann@example.org" in shown
    assert "Unsubscribed: nothing more goes there" in told
    ann.refresh_from_db()
    assert ann.status == "unsubscribed"
    entry = AuditEntry.for_tenant(news.tenant).get(action="changed")
    assert entry.changes["status"] == {"before": "confirmed", "after": "unsubscribed"}


def test_what_is_known_of_a_subscriber_is_changed(
    news: SubscriberList, ann: Subscription
):
    subscribing.describe(ann, locale="en", params={"firstName": "Anne"})
    client = someone(news)
    url = page(ann, "change")

    shown = client.get(url).content.decode()
    given = {"language": "fr-CA", "values": '{"firstName": "Ann"}'}
    answer = client.post(url, given, follow=True)

    assert "Anne" in shown
    assert answer.status_code == 200
    ann.refresh_from_db()
    assert (ann.locale, ann.params) == ("fr-CA", {"firstName": "Ann"})
    assert (ann.status, ann.address) == ("confirmed", "ann@example.org")
    entry = AuditEntry.for_tenant(news.tenant).get(action="changed")
    assert entry.changes["locale"] == {"before": "en", "after": "fr-CA"}
    assert "Ann" not in str(entry.changes)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"language": "f"}, "Give a language tag"),
        ({"values": "[1]"}, "write an object in braces"),
        ({"values": '{"a": "%s"}' % ("x" * 10_001)}, "more than 10000 bytes"),
    ],
)
def test_what_cannot_be_known_is_told_and_changes_nothing(
    news: SubscriberList, ann: Subscription, given: dict[str, str], told: str
):
    answer = someone(news).post(page(ann, "change"), given)

    assert answer.status_code == 200
    assert told in answer.content.decode()
    ann.refresh_from_db()
    assert (ann.locale, ann.params) == ("", None)


def test_what_a_service_knows_of_its_subscribers_is_not_changed_here(
    news: SubscriberList, ann: Subscription
):
    service = Service(
        tenant=news.tenant,
        name="Subscribers",
        provider="subscriptions.http",
        config={"url": "https://127.0.0.1/x"},
    )
    service.save()
    SubscriberList.for_tenant(news.tenant).update(service=service, service_list="7")
    client = someone(news)

    shown = client.get(page(ann, "change")).content.decode()

    assert 'name="language"' not in shown
    assert client.post(page(ann, "change"), {"language": "fr"}).status_code == 403


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_look_and_touch_nothing(
    news: SubscriberList, ann: Subscription, role: str
):
    client = someone(news, role)

    assert "ann@example.org" in client.get(page(ann, "change")).content.decode()
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(page(ann, "do", "unsubscribe")).status_code == 403
