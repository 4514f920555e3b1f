"""Lists: their names, and who is on those that are named."""

from __future__ import annotations

from typing import Any

import pytest

from recipients import lists, subscribing
from recipients.errors import InvalidList, ListInUse, ListNameTaken, UnknownList
from recipients.lists import Lists
from recipients.models import SubscriberList, Subscription
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    return made


@pytest.fixture
def news(tenant: Tenant) -> SubscriberList:
    return lists.create(tenant, name="News")


def subscribed(to: SubscriberList, address: str, **values: Any) -> Subscription:
    given = {"channel_code": "email", "confirmed": True, **values}
    return subscribing.subscribe(to, address=address, **given)


def test_a_list_is_found_by_name_in_any_case_or_by_id(
    tenant: Tenant, news: SubscriberList
):
    for reference in ("News", "NEWS", str(news.id), news.id.hex):
        found = Lists(tenant.id, [reference]).find(reference, field="to")

        assert (found.id, found.name) == (news.id, "News")


def test_an_unknown_list_and_another_tenants_are_refused(tenant: Tenant):
    theirs = lists.create(TenantFactory(), name="Theirs")

    for reference in ("Nobody", "Theirs", str(theirs.id)):
        with pytest.raises(UnknownList) as caught:
            Lists(tenant.id, [reference]).find(reference, field="email.to[0]")
        assert caught.value.errors[0].field == "email.to[0]"


def test_those_who_confirmed_are_on_it_by_channel_in_their_order(
    tenant: Tenant, news: SubscriberList
):
    subscribed(news, "ann@example.org")
    subscribed(news, "bob@example.org", confirmed=False)
    left = subscribed(news, "cat@example.org")
    subscribed(news, "dan@example.org")
    subscribed(news, "7787001234", channel_code="sms")
    subscribing.unsubscribe(left)

    by_mail = lists.subscribers(tenant.id, news.id, "email", limit=10)
    by_text = lists.subscribers(tenant.id, news.id, "sms", limit=10)

    assert [one.address for one in by_mail] == ["ann@example.org", "dan@example.org"]
    assert [one.address for one in by_text] == ["+17787001234"]
    assert len(lists.subscribers(tenant.id, news.id, "email", limit=1)) == 1
    assert lists.counts([news.id]) == {news.id: {"email": 2, "sms": 1}}


def test_a_neighbour_finds_nobody_on_it(news: SubscriberList):
    subscribed(news, "ann@example.org")

    assert lists.subscribers(TenantFactory().id, news.id, "email", limit=10) == []


def test_a_name_is_taken_in_any_case(tenant: Tenant, news: SubscriberList):
    with pytest.raises(ListNameTaken):
        lists.create(tenant, name="NEWS")
    assert lists.create(TenantFactory(), name="News").name == "News"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_name_can_be_read(tenant: Tenant, name: str):
    with pytest.raises(InvalidList):
        lists.create(tenant, name=name)


def test_subscribers_read_the_title_or_else_the_name(news: SubscriberList):
    assert news.shown_title == "News"

    lists.change(news, name="News", title="What is new")

    assert news.shown_title == "What is new"


def test_a_list_that_an_event_type_names_stays():
    tenant = tenant_with_mail()
    news = lists.create(tenant, name="News")
    to = [{"list": "News"}]
    values = {
        "recipients": {"to": to},
        "content": {"subject": "S", "body": "{{unsubscribeUrl}}"},
    }
    published(tenant, "monthly", mail_design(values=values))

    with pytest.raises(ListInUse, match="monthly v1"):
        lists.delete(news)


def test_a_free_one_goes_with_its_subscriptions(news: SubscriberList):
    subscribed(news, "ann@example.org")

    lists.delete(news)

    assert not SubscriberList.across_tenants().exists()
    assert not Subscription.across_tenants().exists()
