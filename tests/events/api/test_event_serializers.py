"""Shapes of requests that name an event type."""

from __future__ import annotations

import pytest

from events.api.event_serializers import NotifyEventSerializer
from notify_project.api.fields import Partly


def test_all_that_may_be_said_is_let_through():
    body = {
        "notificationEventType": "e",
        "params": {"a": [1]},
        "email": {"recipients": {"cc": ["a@x.org", {"group": "G"}]}},
        "overrides": {"sms": {}, "msgApp": None, "params": {"b": 1}},
        "augments": {"email": {"recipients": {"bcc": "c@x.org"}}},
        "delayedSend": "2026-12-01",
        "tags": ["t"],
    }

    values = NotifyEventSerializer().run_validation(body)

    assert values["email"]["recipients"]["cc"] == ["a@x.org", {"group": "G"}]
    assert values["overrides"] == {"sms": {}, "msgApp": None, "params": {"b": 1}}
    assert values["augments"]["email"]["recipients"]["bcc"] == ["c@x.org"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("eventType", "notificationEventType"),
        ("override", "overrides"),
        ("augment", "augments"),
        ("recipients", "email.recipients"),
    ],
)
def test_a_field_under_another_name_is_told_its_own(name: str, hint: str):
    with pytest.raises(Partly) as caught:
        NotifyEventSerializer().run_validation({"notificationEventType": "e", name: {}})

    assert hint in str(caught.value.detail)
