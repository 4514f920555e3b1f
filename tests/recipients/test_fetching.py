"""Lists that a service keeps: asked when they are written to, page by page."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from providers.downstream import ServiceUnavailable
from providers.models import Service
from recipients import fetching, lists, subscribing
from recipients.errors import InvalidList, InvalidSubscription
from recipients.lists import KeptBy
from recipients.models import SubscriberList, Subscription
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ANN, BOB = {"address": "Ann@example.org"}, {"address": "bob@example.org"}


class Stub:
    """A program that keeps subscriptions, two on a page."""

    def __init__(self, http: HTTPServer) -> None:
        self.asked: list[Request] = []
        self.status = 200
        self.people: list[Any] = [ANN, {"address": "no address"}, BOB]
        http.expect_request("/subs").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        at = int(request.args.get("cursor", 0))
        more = {"nextCursor": str(at + 2)} if at + 2 < len(self.people) else {}
        body = {"subscribers": self.people[at : at + 2], **more}
        return Response(json.dumps(body), self.status, content_type="application/json")


@pytest.fixture
def stub(httpserver: HTTPServer) -> Stub:
    return Stub(httpserver)


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(slug="parks")
    return made


@pytest.fixture
def service(tenant: Tenant, httpserver: HTTPServer) -> Service:
    made = Service(
        tenant=tenant,
        name="People",
        provider="subscriptions.http",
        config={"url": httpserver.url_for("/subs")},
    )
    made.save()
    return made


@pytest.fixture
def news(tenant: Tenant, service: Service) -> SubscriberList:
    return lists.create(tenant, name="News", kept_by=KeptBy(service, "n-1"))


def again(one: SubscriberList) -> SubscriberList:
    return SubscriberList.across_tenants().get(id=one.id)


def refresh(one: SubscriberList, channel: str = "email") -> list[str]:
    fetching.refresh(again(one), channel, field="to[0]")
    found = lists.subscribers(one.tenant_id, one.id, channel, limit=100)
    return sorted(each.address for each in found)


def forget(one: SubscriberList) -> None:
    """As if it had been asked long ago."""
    at = timezone.now() - timedelta(seconds=fetching.BELIEVED_SECONDS + 1)
    asked = {"email": at.isoformat()}
    SubscriberList.across_tenants().filter(id=one.id).update(asked=asked)


def test_its_subscribers_are_asked_for_page_by_page_once_in_a_while(
    news: SubscriberList, stub: Stub
):
    assert refresh(news) == refresh(news) == ["Ann@example.org", "bob@example.org"]

    assert [one.args.get("cursor") for one in stub.asked] == [None, "2"]
    assert stub.asked[0].args["tenant"] == "parks"
    assert stub.asked[0].args["list"] == "n-1"


def test_each_channel_is_asked_for_by_itself(news: SubscriberList, stub: Stub):
    refresh(news)
    refresh(news, "sms")

    assert [one.args["channel"] for one in stub.asked] == [
        "email",
        "email",
        *["sms"] * 2,
    ]


def test_whom_it_names_no_more_is_taken_off(news: SubscriberList, stub: Stub):
    refresh(news)
    forget(news)
    stub.people = [BOB]

    assert refresh(news) == ["bob@example.org"]


def test_who_left_by_our_link_stays_away(news: SubscriberList, stub: Stub):
    refresh(news)
    subscribing.unsubscribe(Subscription.for_tenant(news.tenant_id)[0])
    forget(news)

    assert len(refresh(news)) == 1
    forget(news)
    assert len(refresh(news)) == 1


def test_what_is_known_of_them_is_as_it_says_last(news: SubscriberList, stub: Stub):
    stub.people = [{**ANN, "locale": "fr", "params": {"name": "Ann"}}]
    refresh(news)
    forget(news)
    stub.people = [{**ANN, "locale": "../x", "params": {"name": "Anna"}}]
    refresh(news)

    row = Subscription.for_tenant(news.tenant_id).get()
    assert (row.locale, row.params) == ("", {"name": "Anna"})


def test_a_service_that_does_not_answer_is_told_and_forgets_nobody(
    news: SubscriberList, stub: Stub
):
    refresh(news)
    forget(news)
    stub.status = 503

    with pytest.raises(ServiceUnavailable, match=r"to\[0\]: .* News does not answer"):
        refresh(news)

    stub.status = 200
    assert len(refresh(news)) == 2


def test_one_that_was_switched_off_is_told(
    news: SubscriberList, service: Service, stub: Stub
):
    service.active = False
    service.save()

    with pytest.raises(ServiceUnavailable, match="switched off"):
        refresh(news)


def test_a_list_without_end_is_told(news: SubscriberList, stub: Stub, settings: Any):
    settings.FAN_OUT_RECIPIENTS = 3
    stub.people = [{"address": f"p{one}@example.org"} for one in range(9)]

    with pytest.raises(ServiceUnavailable, match="did not end after 4"):
        refresh(news)


def test_of_two_who_ask_at_once_neither_takes_off_whom_the_other_named(
    news: SubscriberList, stub: Stub
):
    refresh(news)
    later = timezone.now() + timedelta(seconds=5)
    Subscription.for_tenant(news.tenant_id).update(named_at=later)
    forget(news)

    assert len(refresh(news)) == 2
    assert set(Subscription.for_tenant(news.tenant_id).values_list("named_at")) == {
        (later,)
    }


def test_nobody_subscribes_here_to_a_list_that_is_kept_elsewhere(news: SubscriberList):
    with pytest.raises(InvalidSubscription, match="subscribe there"):
        subscribing.subscribe(news, channel_code="email", address="a@example.org")


def test_it_needs_its_id_of_the_list(tenant: Tenant, service: Service):
    with pytest.raises(InvalidList) as refused:
        lists.create(tenant, name="News", kept_by=KeptBy(service, " "))

    assert refused.value.errors[0].field == "service_list"


def test_the_database_wants_both_or_neither(news: SubscriberList):
    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriberList.for_tenant(news.tenant_id).update(service_list="")


def test_another_tenants_service_is_not_offered(tenant: Tenant, service: Service):
    assert list(fetching.offered(tenant)) == [service]
    assert list(fetching.offered(TenantFactory())) == []
