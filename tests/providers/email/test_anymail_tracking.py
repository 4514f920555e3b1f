"""What mail services tell of our mails, by anymail's reading of their webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import UUID

import pytest

from providers.base import Receipt, Word
from providers.email.anymail import Anymail
from providers.hooks import Forged, Hook, Unreadable

ID = UUID(int=7)
ANN = "ann@example.org"


def adapter(service: str, **values: object) -> Anymail:
    given = {"service": service, "api_key": "key", **values}
    return Anymail(Anymail.config_class.from_values(given))


def call(told: Any, *, proven: bool = True, **headers: str) -> Hook:
    return Hook(
        "https://notify.example.org/notifications/email/anymail/x/y",
        {"content-type": "application/json", **headers},
        json.dumps(told).encode(),
        proven,
    )


def receipt(service: str, told: Any, **values: object) -> Receipt:
    (found,) = adapter(service, **values).read_hook(call(told)).receipts
    return found


def postmark(kind: str, **more: Any) -> dict[str, Any]:
    """https://postmarkapp.com/developer/webhooks/webhooks-overview"""
    return {
        "RecordType": kind,
        "MessageID": "pm-1",
        "Email": ANN,
        "Recipient": ANN,
        "Metadata": {"message_id": str(ID)},
        **more,
    }


@pytest.mark.parametrize(
    ("told", "word", "away"),
    [
        (postmark("Delivery"), Word.DELIVERED, ""),
        (postmark("Bounce", Type="HardBounce"), Word.PERM_FAILED, "bounced"),
        (postmark("Bounce", Type="SoftBounce"), Word.TEMP_FAILED, ""),
        (postmark("Bounce", Type="BadEmailAddress"), Word.PERM_FAILED, ""),
        (postmark("Bounce", Type="Transient"), Word.SENT, ""),
        (postmark("SpamComplaint", Type="SpamComplaint"), Word.DELIVERED, "complained"),
    ],
)
def test_events_are_words(told, word, away):
    found = receipt("postmark", told)

    assert (found.word, found.keep_away) == (word, away)
    assert (found.provider_ref, found.message_id, found.address) == ("pm-1", ID, ANN)


def test_who_opens_or_clicks_says_nothing_of_delivery():
    told = adapter("postmark").read_hook(call(postmark("Open"))).receipts

    assert told == ()


def test_a_batch_is_as_many_receipts():
    """https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event"""
    events = [
        {"event": "delivered", "email": ANN, "sg_event_id": "1", "message_id": str(ID)},
        {"event": "bounce", "email": ANN, "sg_event_id": "2", "type": "bounce"},
    ]
    with pytest.warns(match="SendGrid"):
        told = adapter("sendgrid").read_hook(call(events)).receipts

    assert [one.word for one in told] == [Word.DELIVERED, Word.PERM_FAILED]
    assert len({one.event for one in told}) == 2


@pytest.mark.parametrize(
    ("hard", "word", "away"),
    [(True, Word.PERM_FAILED, "bounced"), (False, Word.TEMP_FAILED, "")],
)
def test_a_bounce_that_may_pass_suppresses_nobody(hard, word, away):
    """https://dev.mailjet.com/email/guides/webhooks/"""
    told = {
        "event": "bounce",
        "time": 1430812195,
        "MessageID": 13792286917004336,
        "email": ANN,
        "hard_bounce": hard,
        "error_related_to": "recipient",
        "error": "user unknown",
        "Payload": json.dumps({"message_id": str(ID)}),
    }
    found = receipt("mailjet", told, secret_key="s")

    assert (found.word, found.keep_away, found.message_id) == (word, away, ID)


def mailgun(key: str) -> dict[str, Any]:
    """https://documentation.mailgun.com/docs/mailgun/user-manual/tracking-messages/"""
    stamp, token = str(int(time.time())), "t" * 50
    digest = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256)
    signature = {"timestamp": stamp, "token": token, "signature": digest.hexdigest()}
    data = {
        "event": "delivered",
        "id": "e-1",
        "timestamp": time.time(),
        "recipient": ANN,
        "message": {"headers": {"message-id": "mg-1@example.org"}},
        "user-variables": {"message_id": str(ID)},
    }
    return {"signature": signature, "event-data": data}


def test_a_signature_has_to_be_right_where_we_have_the_key():
    known = adapter("mailgun", sender_domain="example.org", webhook_key="sign")

    known.verify_hook(call(mailgun("sign")))
    with pytest.raises(Forged):
        known.verify_hook(call(mailgun("other")))
    with pytest.raises(Forged):
        known.verify_hook(call({"event-data": {}}))
    assert (
        receipt("mailgun", mailgun("sign"), sender_domain="example.org").message_id
        == ID
    )


def test_the_accounts_address_is_always_asked_for():
    known = adapter("mailgun", sender_domain="example.org", webhook_key="sign")
    for one in (known, adapter("postmark")):
        with pytest.raises(Forged):
            one.verify_hook(call(mailgun("sign"), proven=False))


def test_without_a_key_the_address_is_enough():
    adapter("postmark").verify_hook(call(postmark("Delivery")))


@pytest.mark.parametrize("told", [[], {}, {"event-data": 1}, "text", None])
def test_what_cannot_be_read_is_refused(told):
    with pytest.raises(Unreadable):
        adapter("mailgun", sender_domain="example.org").read_hook(call(told))


def test_a_service_without_webhooks_proves_nothing():
    with pytest.raises(Forged):
        adapter("scaleway", project_id="p").verify_hook(call({}))
