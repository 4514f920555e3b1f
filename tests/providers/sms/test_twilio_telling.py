"""What Twilio tells us, and how it proves that it is Twilio."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import uuid4

import pytest
from twilio.request_validator import RequestValidator

from providers.base import Word
from providers.hooks import Forged, Hook, Unreadable
from providers.sms.twilio import Twilio, TwilioConfig

ID = uuid4()
URL = f"https://notify.example.org/notifications/sms/twilio/x/token?message={ID}"
TOKEN, SECOND = "f00dcafe" * 4, "deadbeef" * 4
# As Twilio posts it.
STATUS = {
    "ApiVersion": "2010-04-01",
    "MessageSid": "SM" + "1" * 32,
    "SmsSid": "SM" + "1" * 32,
    "SmsStatus": "delivered",
    "MessageStatus": "delivered",
    "To": "+17787001234",
    "From": "+16045550123",
    "AccountSid": "AC" + "0" * 32,
}
TEXT = {
    "MessageSid": "SM" + "2" * 32,
    "SmsStatus": "received",
    "From": "+17787001234",
    "To": "+16045550123",
    "Body": "Café + co",
    "NumMedia": "0",
}


def twilio(**values: object) -> Twilio:
    given = {
        "account_sid": "AC" + "0" * 32,
        "auth_token": TOKEN,
        "sender": "+16045550123",
    }
    return Twilio(TwilioConfig.from_values(given | values))


def call(
    fields: dict[str, str],
    *,
    url: str = URL,
    token: str = TOKEN,
    proven: bool = False,
    signed: str = "",
) -> Hook:
    signature = RequestValidator(token).compute_signature(signed or url, fields)
    return Hook(
        url, {"x-twilio-signature": signature}, urlencode(fields).encode(), proven
    )


def receipt_of(**changes: str):
    (receipt,) = twilio().read_hook(call({**STATUS, **changes})).receipts
    return receipt


# --- Proof ---


def test_twilios_own_example_is_genuine():
    """https://www.twilio.com/docs/usage/security#explore-the-algorithm-yourself"""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    body = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234"
        b"&From=%2B14158675309&To=%2B18005551212"
    )
    hook = Hook(url, {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}, body)

    adapter = twilio(auth_token="12345")
    adapter.verify_hook(hook)


def test_a_second_token_passes_while_tokens_are_changed():
    twilio(second_auth_token=SECOND).verify_hook(call(STATUS, token=SECOND))
    twilio(second_auth_token=SECOND).verify_hook(call(STATUS))
    with pytest.raises(Forged):
        twilio().verify_hook(call(STATUS, token=SECOND))


@pytest.mark.parametrize(
    "hook",
    [
        call(STATUS, signed=URL.replace("https", "http")),
        call(STATUS, signed=URL + "&more=1"),
        call(STATUS, signed=URL.replace("notify.example.org", "evil.example")),
        call(STATUS, token="0" * 32, proven=True),
        Hook(URL, {}, urlencode(STATUS).encode()),
        Hook(URL, {"x-twilio-signature": "é"}, urlencode(STATUS).encode()),
        Hook(URL, call(STATUS).headers, urlencode({**STATUS, "A": "1"}).encode()),
        Hook(URL, call(STATUS).headers, b"\xff\xfe"),
    ],
)
def test_what_is_signed_otherwise_is_forged(hook):
    with pytest.raises(Forged):
        twilio().verify_hook(hook)


def test_with_an_api_key_alone_the_address_is_the_proof():
    adapter = twilio(
        auth_token=None, api_key_sid="SK" + "0" * 32, api_key_secret="secret"
    )

    adapter.verify_hook(call(STATUS, proven=True))
    with pytest.raises(Forged):
        adapter.verify_hook(call(STATUS))


# --- Words ---


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("accepted", Word.SENT),
        ("scheduled", Word.SENT),
        ("queued", Word.SENT),
        ("sending", Word.SENT),
        ("sent", Word.SENT),
        ("delivered", Word.DELIVERED),
        ("read", Word.DELIVERED),
        ("undelivered", Word.PERM_FAILED),
        ("failed", Word.PERM_FAILED),
        ("canceled", Word.PERM_FAILED),
    ],
)
def test_each_status_is_a_word(status, word):
    receipt = receipt_of(MessageStatus=status)

    assert (receipt.word, receipt.unlisted) == (word, False)
    assert (receipt.provider_ref, receipt.message_id) == ("SM" + "1" * 32, ID)


@pytest.mark.parametrize(
    ("code", "word", "away"),
    [
        ("30003", Word.TEMP_FAILED, ""),
        ("30005", Word.PERM_FAILED, ""),
        ("30008", Word.TEMP_FAILED, ""),
        ("21610", Word.PERM_FAILED, "stopped"),
        ("39999", Word.PERM_FAILED, ""),
    ],
)
def test_a_code_says_why_it_was_not_delivered(code, word, away):
    receipt = receipt_of(MessageStatus="undelivered", ErrorCode=code)

    assert (receipt.word, receipt.code, receipt.keep_away) == (word, code, away)
    assert receipt.detail


def test_a_status_of_tomorrow_is_stored_and_changes_nothing():
    receipt = receipt_of(MessageStatus="teleported")

    assert (receipt.word, receipt.unlisted) == (Word.SENT, True)
    assert receipt.detail == "teleported"


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus"])
def test_a_receipt_without_its_fields_is_refused(missing):
    fields = {name: text for name, text in STATUS.items() if name != missing}
    with pytest.raises(Unreadable, match=missing):
        twilio().read_hook(call(fields))


# --- Texts ---


def test_a_text_that_comes_in():
    told = twilio().read_hook(call(TEXT))

    (text,) = told.texts
    assert told.receipts == ()
    assert (text.provider_ref, text.number, text.sender, text.text, text.wish) == (
        "SM" + "2" * 32,
        "+16045550123",
        "+17787001234",
        "Café + co",
        "",
    )


@pytest.mark.parametrize(
    ("said", "wish"), [("STOP", "stop"), ("START", "start"), ("HELP", "")]
)
def test_twilios_own_reading_of_a_wish(said, wish):
    (text,) = twilio().read_hook(call({**TEXT, "OptOutType": said})).texts

    assert text.wish == wish
