"""A file of people for a list: what it would change, and what is wrong with it."""

from __future__ import annotations

import pytest

from recipients import list_files, lists, subscribing, suppression
from recipients.list_files import ListDifference
from recipients.models import SubscriberList, Subscription
from tenants.models import Notice
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> SubscriberList:
    return lists.create(TenantFactory(phone_region="CA"), name="News")


def subscribed(to: SubscriberList, address: str, **known) -> Subscription:
    return subscribing.subscribe(
        to, channel_code="email", address=address, confirmed=True, **known
    )


def compare(to: SubscriberList, *rows: str) -> ListDifference:
    return list_files.compare(to, "\n".join(rows).encode())


def addresses(found: tuple[list_files.Wanted, ...]) -> list[str]:
    return [one.address for one in found]


def test_a_row_adds_changes_or_ends_and_who_is_left_out_stays(news: SubscriberList):
    subscribed(news, "ann@example.org", locale="en")
    subscribed(news, "bob@example.org")
    subscribed(news, "tom@example.org", params={"firstName": "Tom"})
    subscribed(news, "not-in-it@example.org")

    found = compare(
        news,
        "address;status;language;params",
        "ann@example.org;confirmed;fr;",
        "bob@example.org;unsubscribed;;",
        'tom@example.org;;;"{""firstName"": ""Tom""}"',
        "zoe@example.org;;fr-CA;",
    )

    assert addresses(found.added) == ["zoe@example.org"]
    assert addresses(found.changed) == ["ann@example.org"]
    assert addresses(found.ended) == ["bob@example.org"]
    assert (found.same, found.problems) == (1, ())


def test_applied_who_is_new_is_asked(news: SubscriberList):
    subscribed(news, "ann@example.org")
    subscribed(news, "bob@example.org")

    list_files.apply(
        news,
        compare(
            news,
            "address,status,language,params",
            'ann@example.org,,fr,"{""firstName"": ""Ann""}"',
            "bob@example.org,unsubscribed,,",
            "zoe@example.org,,fr,",
        ),
        confirmed=False,
    )

    rows = {one.address: one for one in Subscription.for_tenant(news.tenant_id)}
    assert (rows["ann@example.org"].locale, rows["ann@example.org"].params) == (
        "fr",
        {"firstName": "Ann"},
    )
    assert rows["bob@example.org"].status == "unsubscribed"
    assert (rows["zoe@example.org"].status, rows["zoe@example.org"].locale) == (
        "pending",
        "fr",
    )
    assert Notice.for_tenant(news.tenant_id).count() == 1


def test_those_whose_yes_there_is_are_not_asked(news: SubscriberList):
    list_files.apply(news, compare(news, "zoe@example.org"), confirmed=True)

    assert Subscription.for_tenant(news.tenant_id).get().status == "confirmed"
    assert Notice.for_tenant(news.tenant_id).count() == 0


def test_a_column_that_is_not_there_changes_nothing(news: SubscriberList):
    subscribed(news, "ann@example.org", locale="fr", params={"firstName": "Ann"})

    found = compare(news, "address", "ann@example.org")

    assert found.is_empty
    assert found.same == 1


def test_what_was_saved_as_a_file_changes_nothing(news: SubscriberList):
    subscribed(news, "ann@example.org", locale="fr", params={"firstName": "=Ann"})
    subscribing.unsubscribe(subscribed(news, "bob@example.org"))
    subscribing.subscribe(news, channel_code="sms", address="+17787001234")

    found = list_files.compare(news, "".join(list_files.lines(news)).encode())

    assert found.is_empty
    assert (found.same, found.problems) == (3, ())


def test_each_line_that_is_wrong_is_told_by_its_number(news: SubscriberList):
    subscribing.unsubscribe(subscribed(news, "left@example.org"))
    suppression.suppress(
        news.tenant, channel_code="email", address="no@example.org", reason="by_hand"
    )

    found = compare(
        news,
        "address,channel,status,language,params",
        "nobody,,,,",
        "left@example.org,,,,",
        "no@example.org,,,,",
        "a@example.org,pigeon,,,",
        "b@example.org,,happy,,",
        "c@example.org,,,??,",
        "d@example.org,,,,[1]",
        "e@example.org,,,,",
        "E@example.org,,,,",
    )

    assert [one.line for one in found.problems] == [2, 3, 4, 5, 6, 7, 8, 10]
    told = " ".join(one.message for one in found.problems)
    for words in ("unsubscribed", "suppression list", "status", "language", "line 9"):
        assert words in told


def test_a_tenant_on_trial_asks_those_on_its_safe_list_only():
    news = lists.create(TenantFactory(trial=True), name="News")

    found = compare(news, "stranger@example.org")

    assert [one.message for one in found.problems] == [
        "The address is not on the safe list."
    ]


def test_many_rows_take_few_queries(
    news: SubscriberList, django_assert_max_num_queries
):
    rows = [f"p{number}@example.org" for number in range(1200)]

    with django_assert_max_num_queries(8):
        assert len(compare(news, *rows).added) == 1200
