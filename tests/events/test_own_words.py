"""Whose language and params the words of a list are made with."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from delivery.plan import FanOutPlan, ListPlan, Wording
from events import own_words
from events.audience import Audience
from events.own_words import Said
from recipients.lists import Own
from recipients.people import Person

SAID = Said("", "es", "en")


def audience(*, own: Own, to: tuple[Any, ...] = ()) -> Audience:
    fan_out = FanOutPlan("list", uuid4(), "News", (uuid4(),))
    return Audience(to=to, fan_outs=(fan_out,), own=own)


def wording(tags: tuple[str, ...]) -> Wording:
    return Wording({"body": tags[0]}, "text", None)


@pytest.mark.parametrize(
    ("said", "own", "wanted"),
    [
        (Said("fr", "es", "en"), "de", ("fr", "de", "es", "en")),
        (Said("", "es", "en"), "de-AT", ("de-AT", "de", "es", "en")),
        (Said("", "", "en"), "", ("en",)),
    ],
)
def test_the_request_goes_first_then_the_subscriber_then_the_params(said, own, wanted):
    assert said.wanted(own) == wanted


def test_words_of_each_language_that_subscribers_have():
    people = audience(own=Own(frozenset({"fr", "de"}), params=True))

    plan = own_words.plan(people, SAID, {"a": 1}, wording)

    assert plan is not None
    assert plan.base.texts == {"body": "es"}
    assert {tag: one.texts["body"] for tag, one in plan.wordings.items()} == {
        "fr": "fr",
        "de": "de",
    }
    assert plan.params["a"] == 1
    assert plan.params["unsubscribeUrl"]


def test_a_language_that_changes_nothing_is_not_kept():
    people = audience(own=Own(frozenset({"fr"})))

    plan = own_words.plan(people, SAID, {}, lambda tags: Wording({}, "text", None))

    assert plan is not None
    assert plan.wordings == {}


def test_where_nobody_has_anything_of_their_own_all_read_the_same():
    assert own_words.plan(audience(own=Own()), SAID, {}, wording) is None


def test_an_example_is_shown_only_where_nobody_shares_the_words(monkeypatch):
    own = Own(params=True)
    ann = Person(uuid4(), "ann@example.org", params={"name": "Ann"})
    monkeypatch.setattr(Audience, "first", lambda self, tenant_id: ann)

    alone = own_words.example(uuid4(), audience(own=own))
    beside = own_words.example(uuid4(), audience(own=own, to=("jane@example.org",)))
    nobody = ListPlan(uuid4(), "Empty", {})

    assert alone == ann
    assert beside is None
    assert own_words.example(uuid4(), audience(own=own, to=(nobody,))) == ann
    assert own_words.params_for(ann, {"name": "Request"}) == {"name": "Request"}
    assert own_words.params_for(ann, {}) == {"name": "Ann"}
    assert own_words.params_for(None, {"a": 1}) == {"a": 1}
