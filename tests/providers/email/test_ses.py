"""Amazon SES on a loopback server: what goes out, and what each answer means."""

from __future__ import annotations

import base64
import json
import logging
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from providers.channels.email import Email
from providers.email.ses import MESSAGE_TAG, Ses
from providers.errors import (
    Misconfigured,
    Permanent,
    ProviderError,
    Temporary,
    Unknown,
)
from providers.files import File
from tests.providers import wire
from tests.providers.email.servers import mail

FIXTURES = Path(__file__).parent.parent / "fixtures" / "ses"
OUT = "/v2/email/outbound-emails"
ACCOUNT = "/v2/email/account"
IDENTITIES = "/v2/email/identities"
SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return found


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


def configured(base: str, **values: object) -> Ses:
    given = {
        "region": "ca-central-1",
        "access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "secret_access_key": SECRET,
        "api_base": base,
    }
    return Ses(Ses.config_class.from_values(given | values))


@pytest.fixture
def ses(httpserver) -> Ses:
    return configured(httpserver.url_for(""))


def posted(httpserver) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(httpserver.log[-1][0].get_data())
    return found


def raw(httpserver):
    data = base64.b64decode(posted(httpserver)["Content"]["Raw"]["Data"])
    return message_from_bytes(data, policy=policy.default)


def test_a_mail_is_one_signed_post_for_the_whole_envelope(httpserver, ses):
    httpserver.expect_request(OUT, method="POST").respond_with_json(
        recorded("accepted")
    )
    letter = mail(
        to=("ann@example.org", "bo@example.org"),
        cc=("cy@example.org",),
        bcc=("di@example.org",),
        html="<p>Good day</p>",
        attachments=(File("é.pdf", "application/pdf", b"%PDF"),),
    )

    accepted = ses.send(letter)

    assert accepted.provider_ref == recorded("accepted")["MessageId"]
    order = posted(httpserver)
    assert order["FromEmailAddress"] == letter.sender
    assert order["Destination"] == {
        "ToAddresses": ["ann@example.org", "bo@example.org"],
        "CcAddresses": ["cy@example.org"],
        "BccAddresses": ["di@example.org"],
    }
    assert order["EmailTags"] == [
        {"Name": MESSAGE_TAG, "Value": str(letter.message_id)}
    ]
    assert "ConfigurationSetName" not in order
    headers = httpserver.log[0][0].headers
    assert headers["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/"
    )
    assert "/ca-central-1/ses/aws4_request" in headers["Authorization"]


def test_the_mail_itself_is_the_one_that_every_mail_server_gets(httpserver, ses):
    httpserver.expect_request(OUT).respond_with_json(recorded("accepted"))

    ses.send(
        mail(
            subject="Été",
            bcc=("di@example.org",),
            html="<p>Good day</p>",
            headers=(("List-Id", "<news.example.org>"),),
            attachments=(File("é.pdf", "application/pdf", b"%PDF"),),
        )
    )

    letter = raw(httpserver)
    assert letter["Subject"] == "Été"
    assert letter["Bcc"] is None
    assert letter["List-Id"] == "<news.example.org>"
    assert letter.get_body(("html",)).get_content().strip() == "<p>Good day</p>"
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("é.pdf", b"%PDF")


def test_a_domain_in_another_script_goes_out_in_punycode(httpserver, ses):
    httpserver.expect_request(OUT).respond_with_json(recorded("accepted"))
    channel = Email()

    ses.send(
        mail(
            to=(channel.normalise("ann@müller.example"),),
            reply_to=(channel.normalise("bo@例え.example"),),
        )
    )

    assert posted(httpserver)["Destination"]["ToAddresses"] == [
        "ann@xn--mller-kva.example"
    ]
    assert raw(httpserver)["Reply-To"] == "bo@xn--r8jz45g.example"


def test_more_recipients_than_one_call_takes_are_refused_here(httpserver, ses):
    crowd = tuple(f"a{number}@example.org" for number in range(51))

    with pytest.raises(Permanent):
        ses.send(mail(to=crowd))

    assert httpserver.log == []


def test_a_configuration_set_goes_along(httpserver):
    httpserver.expect_request(OUT).respond_with_json(recorded("accepted"))

    configured(httpserver.url_for(""), configuration_set="notify").send(mail())

    assert posted(httpserver)["ConfigurationSetName"] == "notify"


@pytest.mark.parametrize(
    ("status", "word", "words", "error", "throttled"),
    [
        (400, "MessageRejected", "Email address is not verified.", Permanent, False),
        (400, "MessageRejected", "Message rejected", Permanent, False),
        (400, "MailFromDomainNotVerifiedException", "", Permanent, False),
        (400, "BadRequestException", "Invalid address", Permanent, False),
        (400, "InvalidParameterValue", "Local address", Permanent, False),
        (400, "SomethingNewException", "", Permanent, False),
        (429, "TooManyRequestsException", "Maximum sending rate", Temporary, True),
        (400, "Throttling", "Maximum sending rate exceeded.", Temporary, True),
        (400, "Throttling", "Daily message quota exceeded.", Misconfigured, False),
        (
            429,
            "TooManyRequestsException",
            "Daily message quota exceeded",
            Misconfigured,
            False,
        ),
        (400, "LimitExceededException", "", Misconfigured, False),
        (400, "AccountSuspendedException", "", Misconfigured, False),
        (400, "SendingPausedException", "", Misconfigured, False),
        (404, "NotFoundException", "Configuration set", Misconfigured, False),
        (403, "SignatureDoesNotMatch", "", Misconfigured, False),
        (403, "UnrecognizedClientException", "", Misconfigured, False),
        (403, "AccessDeniedException", "not authorized", Misconfigured, False),
        (400, "RequestExpired", "", Misconfigured, False),
        (500, "InternalFailure", "", Unknown, False),
        (503, "ServiceUnavailable", "", Unknown, False),
        (503, "Throttling", "Maximum sending rate exceeded.", Unknown, False),
    ],
)
def test_throttling_refusal_and_trouble_are_told_apart(
    httpserver, ses, status, word, words, error, throttled
):
    httpserver.expect_request(OUT).respond_with_json(
        {"message": words}, status=status, headers={"x-amzn-ErrorType": f"{word}:"}
    )

    with pytest.raises(error) as raised:
        ses.send(mail())

    assert type(raised.value) is error
    assert getattr(raised.value, "throttled", False) is throttled
    assert len(httpserver.log) == 1  # nothing is tried again here


def test_a_refusal_names_amazons_word_and_shows_no_address(httpserver, ses):
    httpserver.expect_request(OUT).respond_with_json(
        recorded("refused"),
        status=400,
        headers={"x-amzn-ErrorType": "MessageRejected"},
    )

    with pytest.raises(Permanent) as raised:
        ses.send(mail())

    assert raised.value.code == "MessageRejected"
    assert "sandbox" in raised.value.detail
    assert "jane" not in raised.value.detail


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"MessageId": 5}', "\xff"])
def test_a_success_that_names_no_message_is_unknown(httpserver, ses, body):
    httpserver.expect_request(OUT).respond_with_data(body.encode("latin-1"))

    with pytest.raises(Unknown):
        ses.send(mail())


@pytest.mark.parametrize("behaviour", sorted(wire.MISBEHAVIOUR))
def test_no_whole_answer_is_unknown_and_soon(monkeypatch, behaviour):
    monkeypatch.setattr(Ses, "call_seconds", 0.7)
    with wire.server(wire.MISBEHAVIOUR[behaviour]) as base:
        started = time.monotonic()
        with pytest.raises(Unknown):
            configured(base).send(mail())

    assert time.monotonic() - started < 8


def test_no_connection_is_temporary():
    with wire.closed_port() as base, pytest.raises(Temporary) as raised:
        configured(base).send(mail())

    assert raised.value.code == "not_sent"


def test_check_tells_of_the_sandbox_the_quota_and_who_may_send(httpserver, ses):
    httpserver.expect_request(ACCOUNT).respond_with_json(recorded("account_sandbox"))
    httpserver.expect_request(
        IDENTITIES, query_string={"PageSize": "100"}
    ).respond_with_json(recorded("identities"))

    assert ses.check() == (
        "In the sandbox: only verified addresses get mail. "
        "3 of 200 mails in 24 hours, at most 1 a second. Verified: example.org."
    )


def test_check_in_production_without_identities(httpserver, ses):
    account = recorded("account_sandbox") | {
        "ProductionAccessEnabled": True,
        "SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 14.0},
    }
    httpserver.expect_request(ACCOUNT).respond_with_json(account)
    httpserver.expect_request(IDENTITIES).respond_with_json({"EmailIdentities": []})

    assert ses.check() == (
        "In production. ? of ∞ mails in 24 hours, at most 14 a second. "
        "No identity is verified yet: nothing can be sent."
    )


def test_check_of_a_paused_account_fails(httpserver, ses):
    account = recorded("account_sandbox") | {"SendingEnabled": False}
    httpserver.expect_request(ACCOUNT).respond_with_json(account)
    httpserver.expect_request(IDENTITIES).respond_with_json(recorded("identities"))

    with pytest.raises(Misconfigured, match="paused"):
        ses.check()


@pytest.mark.parametrize(
    ("status", "word", "error"),
    [
        (403, "InvalidClientTokenId", Misconfigured),
        (429, "TooManyRequestsException", Temporary),
        (500, "", Temporary),
    ],
)
def test_check_names_what_is_wrong(httpserver, ses, status, word, error):
    httpserver.expect_request(ACCOUNT).respond_with_json(
        {}, status=status, headers={"x-amzn-ErrorType": word} if word else {}
    )

    with pytest.raises(error):
        ses.check()


def test_what_the_dns_of_a_domain_has_to_say_is_asked_of_amazon(httpserver, ses):
    httpserver.expect_request(f"{IDENTITIES}/example.org").respond_with_json(
        recorded("identity")
    )

    spf, *keys = ses.dns_records("example.org")

    assert (spf.purpose, spf.value) == ("SPF", "include:amazonses.com")
    assert [(one.purpose, one.kind, one.name, one.value, one.told) for one in keys] == [
        (
            "DKIM",
            "CNAME",
            f"{token}._domainkey.example.org",
            f"{token}.dkim.amazonses.com",
            "Amazon SES: PENDING",
        )
        for token in recorded("identity")["DkimAttributes"]["Tokens"]
    ]


def test_a_domain_that_amazon_does_not_know_is_told_as_such(httpserver, ses):
    httpserver.expect_request(f"{IDENTITIES}/example.org").respond_with_json(
        {"message": "Email identity example.org does not exist."},
        status=404,
        headers={"x-amzn-ErrorType": "NotFoundException"},
    )

    with pytest.raises(Permanent, match="no identity of this domain"):
        ses.dns_records("example.org")


def test_no_secret_and_no_address_is_shown_anywhere(httpserver, ses, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, logger="werkzeug")  # the far side
    httpserver.expect_request(OUT).respond_with_json(
        {"message": f"{SECRET} ann@example.org"}, status=400
    )

    with pytest.raises(ProviderError) as raised:
        ses.send(mail())

    shown = [caplog.text, repr(ses.config), str(ses.config.masked())]
    shown += [repr(raised.value), raised.value.detail, repr(raised.value.__context__)]
    assert not [text for text in shown if SECRET in text or "ann@" in text]
