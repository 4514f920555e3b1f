"""The pages behind subscribers' links, for browsers, scanners, mail programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from recipients import links, lists, subscribing
from recipients.api.subscriber_pages import masked
from recipients.models import Subscription
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def client() -> Client:
    """As a mail program posts: without a cookie and without a token."""
    return Client(enforce_csrf_checks=True)


def subscription(confirmed: bool = True) -> Subscription:
    tenant = TenantFactory(name="Forestry", phone_region="CA")
    news = lists.create(tenant, name="news", title="Forest news")
    return subscribing.subscribe(
        news, channel_code="email", address="ann@example.org", confirmed=confirmed
    )


def path(url: str) -> str:
    return url.partition("testserver")[2]


def leaving(row: Subscription) -> str:
    return path(links.unsubscribe_url(row.id))


def status(row: Subscription) -> str:
    return Subscription.across_tenants().get(id=row.id).status


def page(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_looking_at_a_link_changes_nothing(client: Client):
    row, new = subscription(), subscription(confirmed=False)

    for url in (leaving(row), path(links.confirm_url(new.id))):
        for method in ("get", "head"):
            assert getattr(client, method)(url).status_code == 200

    assert (status(row), status(new)) == ("confirmed", "pending")


def test_the_yes_subscribes(client: Client):
    row = subscription(confirmed=False)
    url = path(links.confirm_url(row.id))

    asked = page(client.get(url))
    told = page(client.post(url))

    assert "Forestry" in asked
    assert "Forest news" in asked
    assert "a•••@example.org" in asked
    assert "ann@example.org" not in asked
    assert "You are subscribed" in told
    assert "You are subscribed" in page(client.get(url))
    assert status(row) == "confirmed"


def test_one_click_of_a_mail_program_unsubscribes(client: Client):
    row = subscription()

    answer = client.post(leaving(row), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert status(row) == "unsubscribed"
    again = client.post(leaving(row), {"List-Unsubscribe": "One-Click"})
    assert again.status_code == 200


def test_a_reader_unsubscribes_and_takes_it_back(client: Client):
    row = subscription()

    assert "Do you want to unsubscribe?" in page(client.get(leaving(row)))
    told = page(client.post(leaving(row)))
    assert "You are unsubscribed" in told
    assert 'name="undo"' in told
    assert "You are unsubscribed" in page(client.get(leaving(row)))

    assert "subscribed again" in page(client.post(leaving(row), {"undo": "1"}))
    assert status(row) == "confirmed"


def test_a_yes_after_a_no_does_not_subscribe(client: Client):
    row = subscription(confirmed=False)
    client.post(leaving(row))

    told = page(client.post(path(links.confirm_url(row.id))))

    assert "You are unsubscribed" in told
    assert status(row) == "unsubscribed"


def test_the_stand_in_says_that_there_is_nothing_to_unsubscribe_from(client: Client):
    url = path(links.stand_in())

    assert "nothing to unsubscribe from" in page(client.get(url))
    assert "nothing to unsubscribe from" in page(client.post(url))


@pytest.mark.parametrize("url", ["/unsubscribe/x", "/subscriptions/confirm/x"])
def test_an_altered_link_is_refused_in_words(client: Client, url: str):
    for answer in (client.get(url), client.post(url)):
        assert answer.status_code == 404
        assert "This link does not work" in answer.content.decode()


def test_a_link_of_a_subscription_that_is_gone_is_refused(client: Client):
    row = subscription()
    url = leaving(row)
    lists.delete(row.list)

    assert client.post(url).status_code == 404


def test_pages_read_french(client: Client):
    row = subscription()

    shown = client.get(leaving(row), headers={"accept-language": "fr-CA"})

    assert '<html lang="fr">' in shown.content.decode()
    assert "vous désabonner" in shown.content.decode()


def test_pages_are_kept_by_no_cache_and_tell_nobody_their_address(client: Client):
    answer = client.get(leaving(subscription()))

    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ann@example.org", "a•••@example.org"),
        ("a@example.org", "a•••@example.org"),
        ("+17787001234", "•••34"),
    ],
)
def test_an_address_is_shown_as_its_owner_knows_it(address: str, shown: str):
    assert masked(address) == shown
