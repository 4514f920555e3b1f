"""From plan to words and addresses: all that is wrong is said at once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from delivery.composing import compose
from delivery.plan import ListPlan, NotificationPlan, Wording
from notify_project.errors import Invalid
from tests.delivery.accepted import email_plan


def _compose(*channels, **changes):
    values = {
        "tenant_id": uuid4(),
        "phone_region": "CA",
        "missing_params": "error",
        "key_type": "live",
        "key_name": "test",
        "channels": channels,
    }
    return compose(NotificationPlan(**{**values, **changes}))


def test_words_are_rendered_with_their_parameters():
    wording = Wording({"subject": "Hi {{name}}", "body": "Dear {{name}}"}, "text", "")
    wording = Wording(wording.texts, "text", "handlebars")
    composed = _compose(email_plan(wording=wording, params={"name": "Ann"}))

    assert composed.channels[0].texts["subject"] == "Hi Ann"


def test_the_same_person_gets_one_mail():
    plan = email_plan(to=("jane@example.org", "jane@EXAMPLE.org"))

    assert len(_compose(plan).channels[0].addresses) == 1


def test_a_list_in_a_parameter_is_several_recipients():
    plan = email_plan(
        to=("{{all}}",), params={"all": ["a@example.org", "b@example.org"]}
    )

    assert len(_compose(plan).channels[0].addresses) == 2


def test_all_problems_are_told_at_once():
    bad = email_plan(to=("not an address", "neither"), path="email.")
    with pytest.raises(Invalid) as raised:
        _compose(bad, email_plan(channel="sms", to=("12",), path="sms."))

    fields = {one.field for one in raised.value.errors}
    assert fields == {
        "email.recipients.to[0]",
        "email.recipients.to[1]",
        "sms.recipients.to[0]",
    }


def test_nobody_to_send_to_is_said():
    with pytest.raises(Invalid, match=r"recipients\.to"):
        _compose(email_plan(to=()))


def test_an_envelope_has_room_for_fifty():
    plan = email_plan(to=tuple(f"p{number}@example.org" for number in range(51)))
    with pytest.raises(Invalid, match="51"):
        _compose(plan)


def test_simulated_recipients_have_an_envelope_of_their_own():
    plan = email_plan(to=("jane@example.org", "delivered@simulator.notify"))
    envelopes = _compose(plan).channels[0].envelopes

    assert [len(one) for one in envelopes] == [1, 1]


def test_a_list_of_thousands_is_refused_before_it_is_looked_at():
    plan = email_plan(to=("{{all}}",) * 50, params={"all": ["x"] * 8000})

    with pytest.raises(Invalid) as caught:
        _compose(plan)

    assert caught.value.kind == "too_many_recipients"
    assert len(caught.value.errors) == 1


def subscribed(*addresses: str) -> ListPlan:
    return ListPlan(uuid4(), "News", {uuid4(): one for one in addresses})


def test_each_subscriber_has_an_envelope_of_their_own():
    people = subscribed("a@example.org", "b@example.org")
    plan = email_plan(to=("jane@example.org", people), cc=("joe@example.org",))

    [channel] = _compose(plan).channels

    names = [[one.shown for one in envelope] for envelope in channel.envelopes]
    assert names == [
        ["jane@example.org", "joe@example.org"],
        ["a@example.org"],
        ["b@example.org"],
    ]


def test_subscribers_take_no_place_in_an_envelope():
    people = subscribed(*(f"p{number}@example.org" for number in range(200)))

    assert len(_compose(email_plan(to=(people,))).channels[0].envelopes) == 200


def test_whoever_is_named_twice_gets_one_message():
    people = subscribed("Jane@example.org", "b@example.org")
    plan = email_plan(to=("jane@example.org", people, people))

    assert len(_compose(plan).channels[0].envelopes) == 2


def test_copies_need_somebody_who_shares_the_mail():
    plan = email_plan(to=(subscribed("a@example.org"),), cc=("joe@example.org",))

    with pytest.raises(Invalid, match="nobody would be in the mail"):
        _compose(plan)


def test_a_list_without_subscribers_is_nobody():
    with pytest.raises(Invalid, match=r"recipients\.to"):
        _compose(email_plan(to=(subscribed(),)))
