"""Each subscriber reads words of their own: by their params, in their language."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.conf import settings

from delivery import erasing, expanding, own_words, retention
from delivery.handover import payload_of
from delivery.models import Content, Message, Notification, OwnWords
from delivery.own_words import Maker
from delivery.plan import FanOutPlan, OwnPlan, Wording
from delivery.states import Status
from notify_project.db.ids import uuid7
from notify_project.queue.pumps import Wake
from recipients import lists, subscribing
from recipients.erasing import person as person_of
from recipients.models import SubscriberList
from recipients.people import Person
from tenants.models import Tenant
from tests.delivery.accepted import accepted, email_plan, end
from tests.delivery.scene import assert_books_balance
from tests.tenants.factories import TenantFactory

ENGLISH = Wording(
    {"subject": "News", "body": "Dear {{name}}, {{place}}"}, "text", "handlebars"
)
FRENCH = Wording(
    {"subject": "Nouvelles", "body": "Chère {{name}}"}, "text", "handlebars"
)
OWN = OwnPlan({"fr": FRENCH}, {"place": "Victoria"}, ENGLISH)


def somebody(**values: Any) -> Person:
    return Person(uuid7(), "ann@example.org", **values)


def made_for(one: Person, own: OwnPlan = OWN, missing: str = "error") -> Any:
    return Maker("email", own_words.recipe(own, missing=missing)).words_for(one)


@pytest.mark.parametrize(
    ("values", "body"),
    [
        ({"params": {"name": "Ann"}}, "Dear Ann, Victoria"),
        ({"params": {"name": "Ann", "place": "Paris"}}, "Dear Ann, Victoria"),
        ({"params": {"name": "Ann"}, "locale": "fr"}, "Chère Ann"),
        ({"params": {"name": "Ann"}, "locale": "de"}, "Dear Ann, Victoria"),
    ],
)
def test_params_lie_under_the_requests_and_the_language_is_theirs(values, body):
    made = made_for(somebody(**values))

    assert made.body["texts"]["body"] == body


def test_what_is_missing_is_told_of_one_person_alone():
    made = made_for(somebody())

    assert made.body is None
    assert made.code == "words_failed"
    assert "name" in made.detail


def test_gaps_are_left_where_the_tenant_wants_it_so():
    assert made_for(somebody(), missing="empty").body["texts"]["body"] == (
        "Dear , Victoria"
    )


def test_a_value_of_theirs_never_stands_in_an_error():
    broken = OwnPlan(
        {}, {}, Wording({"subject": "{{name}}", "body": "B"}, "text", "hbs")
    )

    made = made_for(somebody(params={"name": "secret\nBcc: x"}), broken)

    assert made.code
    assert "secret" not in made.detail


# --- In the database ---


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.fixture
def news(tenant: Tenant) -> SubscriberList:
    return lists.create(tenant, name="News")


def subscribe(news: SubscriberList, address: str, **values: Any) -> Any:
    row = subscribing.subscribe(
        news, channel_code="email", address=address, confirmed=True, **values
    )
    return row.id


def to_all(tenant: Tenant, news: SubscriberList, *ids: Any) -> Notification:
    fan_out = FanOutPlan("list", news.id, news.name, ids)
    plan = email_plan(
        to=(),
        wording=ENGLISH,
        params={"name": "Example", "place": "Victoria"},
        fan_outs=(fan_out,),
        own=OWN,
    )
    made = accepted(tenant, plan)
    expanding.pump(settings.JOBS_LANE, Wake(), threading.Event())
    return made


def bodies() -> dict[str, str]:
    """By address the words that a provider is given."""
    return {
        payload.to[0]: payload.text
        for payload in map(payload_of, Message.across_tenants().filter(state="queued"))
    }


@pytest.mark.django_db
@pytest.mark.each_database
def test_a_provider_is_given_each_persons_own_words(tenant, news):
    ann = subscribe(news, "ann@example.org", params={"name": "Ann"})
    bob = subscribe(news, "bob@example.org", params={"name": "Bob"}, locale="fr")
    cat = subscribe(news, "cat@example.org")

    to_all(tenant, news, ann, bob, cat)

    assert bodies() == {
        "ann@example.org": "Dear Ann, Victoria",
        "bob@example.org": "Chère Bob",
    }
    failed = Message.for_tenant(tenant).get(state=Status.FAILED)
    assert failed.subscription_id == cat
    assert failed.error_code == "words_failed"
    assert_books_balance()


@pytest.mark.django_db
def test_the_content_that_all_share_holds_nobodys_params(tenant, news):
    ann = subscribe(news, "ann@example.org", params={"name": "Ann"})

    to_all(tenant, news, ann)

    [content] = Content.for_tenant(tenant)
    assert content.body["texts"]["body"] == "Dear {{name}}, {{place}}"
    assert "Example" not in str(content.body)


@pytest.mark.django_db
def test_what_the_tenant_changes_later_changes_nothing_of_it(tenant, news):
    """Who has left meanwhile, or was described anew, is as they are now."""
    ann = subscribe(news, "ann@example.org", params={"name": "Ann"})
    fan_out = FanOutPlan("list", news.id, news.name, (ann,))
    accepted(
        tenant,
        email_plan(
            to=(),
            wording=ENGLISH,
            params={"name": "x", "place": "y"},
            fan_outs=(fan_out,),
            own=OWN,
        ),
    )
    row = subscribing.find(tenant, ann)
    subscribing.describe(row, params={"name": "Anna"})

    expanding.pump(settings.JOBS_LANE, Wake(), threading.Event())

    assert list(bodies().values()) == ["Dear Anna, Victoria"]


@pytest.mark.django_db
def test_words_of_ones_own_go_with_the_content(tenant, news):
    ann = subscribe(news, "ann@example.org", params={"name": "Ann"})
    made = to_all(tenant, news, ann)
    end(made)
    Notification.for_tenant(tenant).update(created_at="2020-01-01T00:00:00Z")

    retention.forget_old()

    assert not OwnWords.for_tenant(tenant).exists()


@pytest.mark.django_db
def test_words_of_ones_own_are_erased_with_the_person(tenant, news):
    ann = subscribe(news, "ann@example.org", params={"name": "Ann"})
    bob = subscribe(news, "bob@example.org", params={"name": "Bob"})
    made = to_all(tenant, news, ann, bob)
    end(made)

    erasing.erase(person_of(tenant, "ann@example.org"), [made.id])

    [left] = OwnWords.for_tenant(tenant)
    assert "Bob" in left.body["texts"]["body"]
