"""What SES says of a mail, and only when SNS proves it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from notify_project import egress
from providers import notices
from providers.base import Told, Word
from providers.email.ses import MESSAGE_TAG, Ses
from providers.email.ses.events import read
from providers.hooks import Forged, Hook, Unreadable
from providers.notices import Notice

ID = UUID(int=7)
ANN, BOB = "ann@example.org", "bob@example.org"
TOPIC = "arn:aws:sns:ca-central-1:123456789012:mail"


def event(kind: str, part: Any = None, **more: Any) -> str:
    """https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html"""
    mail = {
        "timestamp": "2026-11-21T10:00:00.000Z",
        "messageId": "ses-1",
        "destination": [ANN, BOB],
        "tags": {"ses:source-ip": ["192.0.2.0"], MESSAGE_TAG: [str(ID)]},
    }
    name = f"{kind[0].lower()}{kind[1:]}"
    return json.dumps({"eventType": kind, "mail": mail, name: part or {}, **more})


def bounce(kind: str) -> dict[str, Any]:
    return {
        "bounceType": kind,
        "bounceSubType": "General",
        "bouncedRecipients": [
            {
                "emailAddress": ANN,
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": f"smtp; 550 5.1.1 <{ANN}>: no such user",
            }
        ],
    }


def receipts(message: str):
    return read(message, event="e-1", tag=MESSAGE_TAG)


@pytest.mark.parametrize(
    ("kind", "word", "away"),
    [
        ("Permanent", Word.PERM_FAILED, "bounced"),
        ("Transient", Word.TEMP_FAILED, ""),
        ("Undetermined", Word.TEMP_FAILED, ""),
    ],
)
def test_a_bounce_is_for_good_or_not(kind, word, away):
    (found,) = receipts(event("Bounce", bounce(kind)))

    assert (found.word, found.keep_away, found.address) == (word, away, ANN)
    assert (found.code, found.provider_ref, found.message_id) == ("5.1.1", "ses-1", ID)
    assert found.event == "e-1"
    assert "no such user" in found.detail
    assert ANN not in found.detail


def test_each_recipient_that_got_it_is_told():
    found = receipts(event("Delivery", {"recipients": [ANN, BOB]}))

    assert [(one.address, one.word) for one in found] == [
        (ANN, Word.DELIVERED),
        (BOB, Word.DELIVERED),
    ]


def test_a_complaint_is_a_delivery_with_a_flag():
    part = {
        "complainedRecipients": [{"emailAddress": BOB}],
        "complaintFeedbackType": "abuse",
    }
    (found,) = receipts(event("Complaint", part))

    assert (found.word, found.keep_away, found.code, found.address) == (
        Word.DELIVERED,
        "complained",
        "abuse",
        BOB,
    )


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("Send", Word.SENT),
        ("DeliveryDelay", Word.SENT),
        ("Reject", Word.PERM_FAILED),
    ],
)
def test_what_is_said_of_the_whole_mail(kind, word):
    (found,) = receipts(event(kind))

    assert (found.word, found.address, found.unlisted) == (word, "", False)


@pytest.mark.parametrize("kind", ["Open", "Click", "Subscription"])
def test_who_opens_or_clicks_says_nothing_of_delivery(kind):
    assert receipts(event(kind)) == ()


def test_an_event_of_tomorrow_changes_nothing():
    (found,) = receipts(event("Teleported"))

    assert (found.word, found.unlisted, found.code) == (Word.SENT, True, "Teleported")


def test_an_identitys_own_feedback_has_no_tags():
    told = json.loads(event("Bounce", bounce("Permanent")))
    told["notificationType"] = told.pop("eventType")
    del told["mail"]["tags"]

    (found,) = receipts(json.dumps(told))

    assert (found.message_id, found.provider_ref) == (None, "ses-1")


@pytest.mark.parametrize("message", ["", "[]", "{}", '{"eventType": "Bounce"}'])
def test_what_is_no_event_is_refused(message):
    with pytest.raises(Unreadable):
        receipts(message)


def ses(topics: str = TOPIC) -> Ses:
    values = {
        "region": "ca-central-1",
        "access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "secret_access_key": "secret",
        "topics": topics,
    }
    return Ses(Ses.config_class.from_values(values))


def test_nothing_is_believed_of_an_account_without_topics():
    with pytest.raises(Forged):
        ses("").verify_hook(Hook("https://x/y", body=b"{}", proven=True))


def test_topics_are_arns():
    with pytest.raises(Exception, match="ARN"):
        ses("my-topic")


def test_a_topic_that_asks_is_answered_and_asked_again_if_that_fails(monkeypatch):
    asks = Notice("SubscriptionConfirmation", "1", "", "https://sns.example/confirm")
    monkeypatch.setattr(notices, "verified", lambda *_a, **_k: asks)
    called: list[str] = []

    def request(_method: str, url: str, **_options: Any) -> egress.Response:
        called.append(url)
        return egress.Response(200, {}, b"")

    monkeypatch.setattr(egress, "request", request)
    assert ses().read_hook(Hook("https://x/y")) == Told()
    assert called == ["https://sns.example/confirm"]

    def fail(*_arguments: Any, **_options: Any) -> egress.Response:
        raise egress.EgressNotSent("timeout")

    monkeypatch.setattr(egress, "request", fail)
    with pytest.raises(Unreadable):
        ses().read_hook(Hook("https://x/y"))
