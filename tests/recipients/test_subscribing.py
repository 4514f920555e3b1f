"""Onto a list and off it: only the owner of an address says yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from recipients import links, lists, subscribing, suppression
from recipients.errors import (
    InvalidSubscription,
    InvalidSubscriptionLink,
    LeftTheList,
)
from recipients.models import SubscriberList, Subscription
from tenants.models import Notice
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ANN = "ann@example.org"


@pytest.fixture
def news() -> SubscriberList:
    return lists.create(TenantFactory(phone_region="CA"), name="News")


def subscribe(to: SubscriberList, address: str = ANN, **values: Any) -> Subscription:
    given = {"channel_code": "email", **values}
    return subscribing.subscribe(to, address=address, **given)


def again(row: Subscription) -> Subscription:
    return Subscription.across_tenants().get(id=row.id)


def asked() -> int:
    return Notice.across_tenants().filter(kind=subscribing.QUESTION).count()


def test_whoever_is_added_is_asked_and_subscribed_by_their_yes(news: SubscriberList):
    row = subscribe(news)

    assert (row.status, asked()) == ("pending", 1)
    assert subscribing.confirm(row)
    assert again(row).status == "confirmed"
    assert again(row).confirmed_at is not None
    assert not subscribing.confirm(row), "a second yes changes nothing"


def test_nobody_is_asked_twice_in_ten_minutes(news: SubscriberList):
    row = subscribe(news)

    assert subscribe(news, "ANN@example.org").id == row.id
    assert asked() == 1

    long_ago = timezone.now() - timedelta(seconds=subscribing.ASK_AGAIN_SECONDS)
    Subscription.across_tenants().update(asked_at=long_ago)
    subscribe(news)
    assert asked() == 2


def test_who_is_subscribed_is_left_alone(news: SubscriberList):
    row = subscribe(news, confirmed=True)

    assert subscribe(news).status == "confirmed"
    assert again(row).confirmed_at == row.confirmed_at
    assert asked() == 0


def test_who_left_comes_back_by_their_own_word_alone(news: SubscriberList):
    row = subscribe(news, confirmed=True)
    assert subscribing.unsubscribe(row)
    assert again(row).ended_at is not None

    with pytest.raises(LeftTheList):
        subscribe(news, confirmed=True)
    assert again(row).status == "unsubscribed"
    assert subscribe(news).status == "pending"
    assert asked() == 1


def test_who_left_by_mistake_undoes_it(news: SubscriberList):
    row = subscribe(news, confirmed=True)
    subscribing.unsubscribe(row)

    assert subscribing.come_back(again(row))
    assert again(row).status == "confirmed"


def test_who_never_confirmed_has_nothing_to_come_back_to(news: SubscriberList):
    row = subscribe(news)
    subscribing.unsubscribe(row)

    assert not subscribing.come_back(again(row))
    assert again(row).status == "unsubscribed"
    assert not subscribing.confirm(row), "the question was answered with no"


def test_over_each_channel_one_subscribes_by_itself(news: SubscriberList):
    by_mail = subscribe(news)
    by_text = subscribe(news, "778 700 1234", channel_code="sms")

    assert by_text.address == "+17787001234"
    assert by_mail.id != by_text.id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"address": "ann"}, "address"),
        ({"channel_code": "msgApp", "address": "room"}, "channel"),
    ],
)
def test_what_cannot_be_is_told_with_its_field(
    news: SubscriberList, values: dict[str, Any], field: str
):
    with pytest.raises(InvalidSubscription) as caught:
        subscribe(news, **values)

    assert [one.field for one in caught.value.errors] == [field]


@pytest.mark.parametrize("reason", suppression.REASONS)
def test_whom_nothing_can_be_sent_to_is_not_asked(news: SubscriberList, reason: str):
    row, _is_new = suppression.suppress(
        news.tenant, channel_code="email", address=ANN, reason=reason
    )

    with pytest.raises(InvalidSubscription, match=reason) as caught:
        subscribe(news)

    assert caught.value.kind == "address_suppressed"
    assert asked() == 0
    suppression.release(row)
    assert subscribe(news).status == "pending"


def test_links_open_what_they_were_made_for(news: SubscriberList):
    row = subscribe(news)
    token = links.confirm_url(row.id).rpartition("/")[2]

    assert subscribing.opened_to_confirm(token).id == row.id
    for nothing in (None, uuid4()):
        with pytest.raises(InvalidSubscriptionLink):
            subscribing.opened(nothing)


def test_what_nobody_answered_is_forgotten_and_who_left_is_not(news: SubscriberList):
    silent = subscribe(news, "silent@example.org")
    confirmed = subscribe(news, "yes@example.org", confirmed=True)
    left = subscribe(news, "left@example.org", confirmed=True)
    subscribing.unsubscribe(left)
    subscribe(news, "left@example.org")
    fresh = subscribe(news, "fresh@example.org")
    long_ago = timezone.now() - timedelta(days=subscribing.PENDING_DAYS + 1)
    old = Subscription.across_tenants().exclude(id=fresh.id)
    old.update(created_at=long_ago)

    subscribing.forget_unanswered()

    kept = set(Subscription.across_tenants().values_list("id", flat=True))
    assert kept == {confirmed.id, left.id, fresh.id}
    assert silent.id not in kept
