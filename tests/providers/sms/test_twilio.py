"""Twilio on a loopback server: what goes out, and what each answer means."""

import json
import logging
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from providers.base import Capability, Word
from providers.channels.sms import SmsPayload
from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.sms.twilio import Twilio, TwilioConfig
from tests.providers import wire

FIXTURES = Path(__file__).parent.parent / "fixtures" / "twilio"
CREATED: dict[str, Any] = json.loads((FIXTURES / "message_created.json").read_text())
ACCOUNT = "AC" + "0" * 32
TOKEN = "f00dcafe" * 4
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
NUMBERS = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json"
MADE = datetime(2023, 8, 24, 5, 1, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


@pytest.fixture
def twilio(httpserver: HTTPServer) -> Twilio:
    return configured(httpserver.url_for(""))


def configured(url: str, **values: object) -> Twilio:
    given = {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "sender": "+16045550123",
        "api_base": url,
    }
    return Twilio(TwilioConfig.from_values(given | values))


def payload(**values: Any) -> SmsPayload:
    milliseconds = int(MADE.timestamp() * 1000)
    given: dict[str, Any] = {
        "message_id": UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62),
        "reference": "ref-1",
        "sender": "",
        "to": "+17787001234",
        "text": "It's done",
    }
    return SmsPayload(**(given | values))


def refuse(httpserver: HTTPServer, status: int, code: int | None, **headers: str):
    body = {"code": code, "message": "No +17787001234", "status": status}
    httpserver.expect_request(MESSAGES).respond_with_json(
        body if code else {}, status=status, headers=headers
    )


def test_a_message_is_one_form_post_with_basic_authentication(httpserver, twilio):
    requests: list[Request] = []

    def answer(request: Request) -> Response:
        requests.append(request)
        return Response(json.dumps(CREATED), 201, content_type="application/json")

    httpserver.expect_request(MESSAGES, method="POST").respond_with_handler(answer)

    accepted = twilio.send(payload(text="It's 5 € & more\n😀"))

    assert accepted.provider_ref == "SM" + "1" * 32
    assert accepted.detail == "queued"
    assert accepted.receipts == ()
    (request,) = requests
    assert parse_qs(request.get_data(as_text=True)) == {
        "To": ["+17787001234"],
        "From": ["+16045550123"],
        "Body": ["It's 5 € & more\n😀"],
    }
    assert request.content_type == "application/x-www-form-urlencoded"
    credentials = request.headers["Authorization"].removeprefix("Basic ")
    assert b64decode(credentials) == f"{ACCOUNT}:{TOKEN}".encode()


@pytest.mark.parametrize(
    ("configured_sender", "own_sender", "sent"),
    [
        ("+16045550123", "", {"From": "+16045550123"}),
        ("+16045550123", "GovBC", {"From": "GovBC"}),
        ("MG" + "a" * 32, "", {"MessagingServiceSid": "MG" + "a" * 32}),
        ("MG" + "a" * 32, "72345", {"From": "72345"}),
        ("GovBC", "MG" + "b" * 32, {"MessagingServiceSid": "MG" + "b" * 32}),
    ],
)
def test_the_messages_own_sender_goes_first(
    httpserver, configured_sender, own_sender, sent
):
    fields: dict[str, str] = {}

    def answer(request: Request) -> Response:
        fields.update(request.form)
        return Response(json.dumps(CREATED), 201)

    httpserver.expect_request(MESSAGES).respond_with_handler(answer)
    account = configured(httpserver.url_for(""), sender=configured_sender)

    account.send(payload(sender=own_sender))

    senders = {k: v for k, v in fields.items() if k in ("From", "MessagingServiceSid")}
    assert senders == sent


def test_an_api_key_is_used_instead_of_the_token(httpserver):
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(request.headers["Authorization"])
        return Response(json.dumps(CREATED), 201)

    httpserver.expect_request(MESSAGES).respond_with_handler(answer)
    key = "SK" + "1" * 32
    account = configured(
        httpserver.url_for(""), auth_token="", api_key_sid=key, api_key_secret="hush"
    )

    account.send(payload())

    assert b64decode(seen[0].removeprefix("Basic ")) == f"{key}:hush".encode()


def test_the_processs_own_twilio_settings_change_nothing(httpserver, monkeypatch):
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    httpserver.expect_request(MESSAGES).respond_with_json(CREATED, status=201)

    assert configured(httpserver.url_for("/")).send(payload()).provider_ref


@pytest.mark.parametrize(
    ("status", "word"),
    [("delivered", Word.DELIVERED), ("failed", Word.PERM_FAILED), ("sent", Word.SENT)],
)
def test_an_answer_that_knows_more_is_a_receipt_too(httpserver, twilio, status, word):
    told = CREATED | {"status": status, "error_code": 30003}
    httpserver.expect_request(MESSAGES).respond_with_json(told, status=201)

    (receipt,) = twilio.send(payload()).receipts

    assert receipt.word is word
    assert receipt.provider_ref == "SM" + "1" * 32
    assert receipt.message_id == payload().message_id
    assert receipt.code == "30003"


@pytest.mark.parametrize(
    ("status", "code", "error", "said"),
    [
        (400, 21211, Permanent, "21211"),
        (400, 21614, Permanent, "21614"),
        (400, 21610, Permanent, "opted_out"),
        (400, 21617, Permanent, "21617"),
        (400, 29999, Permanent, "29999"),
        (400, 21408, Misconfigured, "21408"),
        (400, 21212, Misconfigured, "21212"),
        (400, 21606, Misconfigured, "21606"),
        (400, 21608, Misconfigured, "21608"),
        (401, 20003, Misconfigured, "20003"),
        (403, 20005, Misconfigured, "20005"),
        (403, 29999, Misconfigured, "29999"),
        (404, 20404, Misconfigured, "20404"),
        (401, None, Misconfigured, "http_401"),
        (400, None, Permanent, "http_400"),
        (429, 20429, Temporary, "20429"),
        (429, 29999, Temporary, "29999"),
        (429, None, Temporary, "http_429"),
        (400, 21611, Temporary, "21611"),
        (500, 20500, Unknown, "http_500"),
        (502, None, Unknown, "http_502"),
        (503, 20503, Unknown, "http_503"),
        (504, None, Unknown, "http_504"),
        (408, None, Unknown, "http_408"),
        (302, None, Unknown, "http_302"),
        (301, None, Misconfigured, "http_301"),
    ],
)
def test_each_refusal_means_what_the_table_says(
    httpserver, twilio, status, code, error, said
):
    refuse(httpserver, status, code)

    with pytest.raises(error) as raised:
        twilio.send(payload())

    assert type(raised.value) is error
    assert raised.value.code == said
    assert raised.value.http_status == status
    assert "7787001234" not in raised.value.detail
    assert len(httpserver.log) == 1


def test_a_documented_error_of_a_number_is_read(httpserver, twilio):
    told = json.loads((FIXTURES / "error_21211.json").read_text())
    httpserver.expect_request(MESSAGES).respond_with_json(told, status=400)

    with pytest.raises(Permanent, match="Texts cannot be sent to this number"):
        twilio.send(payload())


def test_too_many_requests_pause_the_account_as_long_as_twilio_says(httpserver, twilio):
    refuse(httpserver, 429, 20429, **{"Retry-After": "7"})

    with pytest.raises(Temporary) as raised:
        twilio.send(payload())

    assert raised.value.throttled
    assert raised.value.retry_after_seconds == 7


@pytest.mark.parametrize(
    "body",
    ["", "OK", "[]", "null", "{}", '{"sid": 5}', '{"sid": null}', "\xff", "[" * 30_000],
)
def test_a_success_that_names_no_message_is_unknown(httpserver, twilio, body):
    httpserver.expect_request(MESSAGES).respond_with_data(
        body.encode("latin-1"), status=201
    )

    with pytest.raises(Unknown):
        twilio.send(payload())


@pytest.mark.parametrize("behaviour", sorted(wire.MISBEHAVIOUR))
def test_no_whole_answer_after_the_request_is_unknown_and_soon(monkeypatch, behaviour):
    monkeypatch.setattr(Twilio, "call_seconds", 0.7)
    with wire.server(wire.MISBEHAVIOUR[behaviour]) as url:
        started = datetime.now(UTC)
        with pytest.raises(Unknown) as raised:
            configured(url).send(payload())

    assert raised.value.code in ("no_answer", "unreadable")
    assert datetime.now(UTC) - started < timedelta(seconds=8)


def test_no_connection_is_temporary():
    with wire.closed_port() as url, pytest.raises(Temporary) as raised:
        configured(url).send(payload())

    assert raised.value.code == "not_sent"


def test_an_address_that_is_not_allowed_is_misconfigured(settings):
    settings.EGRESS_ALLOW = []

    with pytest.raises(Misconfigured) as raised:
        configured("http://127.0.0.1:9/").send(payload())

    assert raised.value.code == "address_not_allowed"


def listed(*messages: dict[str, object]) -> dict[str, object]:
    return {
        "first_page_uri": f"{MESSAGES}?PageSize=100&Page=0",
        "next_page_uri": f"{MESSAGES}?PageSize=100&Page=1&PageToken=x",
        "page": 0,
        "page_size": 100,
        "messages": list(messages),
    }


def sent(seconds: int, **values: object) -> dict[str, Any]:
    """A message as Twilio lists it, made so many seconds after ours."""
    made = format_datetime(MADE + timedelta(seconds=seconds))
    return CREATED | {"date_created": made} | values


def test_a_message_whose_answer_was_lost_is_found_by_number_and_text(
    httpserver, twilio
):
    httpserver.expect_request(
        MESSAGES,
        method="GET",
        query_string={"To": "+17787001234", "PageSize": "100"},
    ).respond_with_json(
        listed(
            sent(90, body="Something else", sid="SM3"),
            sent(60, direction="inbound", sid="SM4"),
            sent(3, sid="SM5", status="delivered"),
        )
    )

    found = twilio.find(payload())

    assert found is not None
    assert found.provider_ref == "SM5"
    assert found.receipts[0].word is Word.DELIVERED
    assert len(httpserver.log) == 1


def test_an_equal_text_from_before_ours_is_not_ours(httpserver, twilio):
    old = sent(-3600, sid="SM6")
    httpserver.expect_request(MESSAGES).respond_with_json(listed(old))

    assert twilio.find(payload()) is None


def test_nothing_is_claimed_when_there_is_too_much_to_look_through(httpserver, twilio):
    others = [sent(n, body="Other", sid=f"SM{n}") for n in range(100)]
    httpserver.expect_request(MESSAGES).respond_with_json(listed(*others))

    with pytest.raises(Unknown):
        twilio.find(payload())


def test_a_look_up_without_answer_is_temporary(httpserver, twilio):
    httpserver.expect_request(MESSAGES).respond_with_json({}, status=503)

    with pytest.raises(Temporary):
        twilio.find(payload())


def test_what_routing_may_count_on():
    assert Twilio.capabilities == {
        Capability.LOOKUP,
        Capability.ECHO,
        Capability.RECEIPTS,
        Capability.INTERNATIONAL,
    }


def test_check_asks_for_the_number_and_sends_nothing(httpserver, twilio):
    numbers = json.loads((FIXTURES / "numbers.json").read_text())
    httpserver.expect_request(
        NUMBERS,
        method="GET",
        query_string={"PhoneNumber": "+16045550123", "PageSize": "1"},
    ).respond_with_json(numbers)

    assert twilio.check() == "Twilio knows these credentials."


def test_check_says_when_the_number_is_not_the_accounts(httpserver, twilio):
    httpserver.expect_request(NUMBERS).respond_with_json(
        {"incoming_phone_numbers": [], "next_page_uri": None}
    )

    assert "no number +16045550123" in twilio.check()


def test_check_of_a_service_asks_for_any_number(httpserver):
    httpserver.expect_request(
        NUMBERS, query_string={"PageSize": "1"}
    ).respond_with_json({"incoming_phone_numbers": [], "next_page_uri": None})

    account = configured(httpserver.url_for(""), sender="MG" + "a" * 32)

    assert account.check() == "Twilio knows these credentials."


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(401, 20003, Misconfigured), (500, None, Temporary), (429, 20429, Temporary)],
)
def test_check_names_what_is_wrong(httpserver, twilio, status, code, error):
    httpserver.expect_request(NUMBERS).respond_with_json({"code": code}, status=status)

    with pytest.raises(error):
        twilio.check()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"account_sid": "AC1"}, "account_sid"),
        ({"auth_token": ""}, "auth_token"),
        ({"api_key_sid": "SK" + "1" * 32}, "api_key_secret"),
        ({"api_key_secret": "hush"}, "api_key_secret"),
        ({"sender": "6045550123"}, "sender"),
        ({"sender": "A name too long"}, "sender"),
        ({"sender": ""}, "sender"),
        ({"api_base": "api.twilio.com"}, "api_base"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_field(values, field):
    with pytest.raises(Misconfigured) as raised:
        configured("https://api.twilio.com", **values)

    assert field in raised.value.detail


def test_the_token_is_shown_nowhere(httpserver, twilio, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, logger="werkzeug")  # the far side
    refuse(httpserver, 401, 20003)

    with pytest.raises(Misconfigured) as raised:
        twilio.send(payload())

    shown = [caplog.text, repr(raised.value), raised.value.detail, repr(twilio.config)]
    chain = raised.value.__cause__, raised.value.__context__
    shown += [repr(link) for link in chain]
    secret = b64decode(httpserver.log[0][0].headers["Authorization"][6:]).decode()
    assert TOKEN in secret
    assert not [text for text in shown if TOKEN in text or "7787001234" in text]
