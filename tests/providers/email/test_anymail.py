"""The anymail adapter: what it asks of each service, and what answers mean to us."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from anymail.backends import __path__ as backends_path
from werkzeug import Response

from providers.base import Word
from providers.config import InvalidConfig
from providers.email.anymail import SERVICES, Anymail
from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.files import File
from tests.providers.email.servers import free_port, mail, stub_server

EVERYTHING = {
    "api_key": "k3y-of-the-account",
    "secret_key": "s3cond-half",
    "sender_domain": "mg.example.org",
    "project_id": "p-1",
}
POSTMARK = "/email"


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8", "::1/128"]


def provider(httpserver, service="postmark", **changes):
    values = {**EVERYTHING, "service": service, "api_url": httpserver.url_for("/")}
    return Anymail.configured({**values, **changes})


def accepting(httpserver, to="ann@example.org", code=0, message="OK"):
    httpserver.expect_request(POSTMARK, method="POST").respond_with_json(
        {"ErrorCode": code, "Message": message, "MessageID": "pm-77", "To": to}
    )


def test_a_mail_reaches_the_service_with_everything_in_it(httpserver):
    accepting(httpserver)
    payload = mail(
        cc=("carl@example.org",),
        bcc=("hidden@example.org",),
        html="<p>Good day</p>",
        reply_to=("answers@example.org",),
        headers=(("X-Case", "42"),),
        attachments=(File("a.pdf", "application/pdf", b"\x00\xff"),),
    )

    accepted = provider(httpserver).send(payload)

    request, _answer = httpserver.log[0]
    sent = json.loads(request.data)
    assert request.headers["X-Postmark-Server-Token"] == "k3y-of-the-account"
    assert sent["From"] == "The Office <office@dept.example.org>"
    assert (sent["To"], sent["Cc"], sent["Bcc"]) == (
        "ann@example.org",
        "carl@example.org",
        "hidden@example.org",
    )
    assert (sent["Subject"], sent["TextBody"]) == ("Hello", "Good day")
    assert sent["HtmlBody"] == "<p>Good day</p>"
    assert sent["ReplyTo"] == "answers@example.org"
    assert {"Name": "X-Case", "Value": "42"} in sent["Headers"]
    assert base64.b64decode(sent["Attachments"][0]["Content"]) == b"\x00\xff"
    assert sent["Metadata"] == {"message_id": str(payload.message_id)}
    assert accepted.provider_ref == "pm-77"
    assert accepted.receipts == ()


def test_a_refused_recipient_among_others_is_named(httpserver):
    httpserver.expect_request("/messages/send.json").respond_with_json(
        [
            {"email": "ann@example.org", "status": "sent", "_id": "m1"},
            {"email": "bob@example.org", "status": "rejected", "_id": "m2"},
        ]
    )
    payload = mail(to=("ann@example.org", "bob@example.org"))

    accepted = provider(httpserver, "mandrill").send(payload)

    (refused,) = accepted.receipts
    assert (refused.address, refused.word) == ("bob@example.org", Word.PERM_FAILED)
    assert refused.message_id == payload.message_id
    assert accepted.provider_ref == "m1"


def test_all_recipients_refused_is_permanent(httpserver):
    httpserver.expect_request("/messages/send.json").respond_with_json(
        [{"email": "ann@example.org", "status": "invalid", "_id": "m1"}]
    )

    with pytest.raises(Permanent):
        provider(httpserver, "mandrill").send(mail())


ANSWERS = [
    (400, Permanent),
    (401, Misconfigured),
    (403, Misconfigured),
    (404, Misconfigured),
    (413, Permanent),
    (422, Permanent),
    (429, Temporary),
    (302, Misconfigured),
    (500, Unknown),
    (502, Unknown),
    (503, Unknown),
    (504, Unknown),
]


@pytest.mark.parametrize(("status", "error"), ANSWERS)
def test_a_status_means_one_error(httpserver, status, error):
    headers = {"Retry-After": "7", "Location": httpserver.url_for("/elsewhere")}
    httpserver.expect_request(POSTMARK).respond_with_response(
        Response(
            "joe@example.org sent k3y-of-the-account", status=status, headers=headers
        )
    )

    with pytest.raises(error) as raised:
        provider(httpserver).send(mail())

    assert raised.value.http_status == status
    assert "k3y-of" not in raised.value.detail
    assert "joe@" not in raised.value.detail
    assert len(httpserver.log) == 1  # neither retried nor redirected
    if status == 429:
        assert (raised.value.throttled, raised.value.retry_after_seconds) == (True, 7)


def test_an_unreadable_success_is_unknown(httpserver):
    httpserver.expect_request(POSTMARK).respond_with_data("<html>thanks</html>")

    with pytest.raises(Unknown):
        provider(httpserver).send(mail())


def test_nobody_listening_is_temporary(httpserver):
    away = f"http://127.0.0.1:{free_port()}/"

    with pytest.raises(Temporary):
        provider(httpserver, api_url=away).send(mail())


def test_silence_is_unknown_at_the_deadline(httpserver):
    def hears_all_and_says_nothing(line):
        line.hear(b"}")
        line.sock.recv(1)

    with stub_server(hears_all_and_says_nothing) as stub:
        slow = provider(httpserver, api_url=f"http://127.0.0.1:{stub.port}/")
        slow.call_seconds = 0.5
        with pytest.raises(Unknown):
            slow.send(mail())


@pytest.mark.parametrize("answer", ["[]", "{}", '{"status": 3}', "null", '"x"'])
@pytest.mark.parametrize("service", ["postal", "unisender_go", "postmark", "mailjet"])
def test_a_success_of_a_strange_shape_is_unknown(httpserver, service, answer):
    httpserver.expect_request(re.compile(".*")).respond_with_data(
        answer, content_type="application/json"
    )

    with pytest.raises(Unknown):
        provider(httpserver, service).send(mail())


def test_a_forbidden_address_is_never_asked(httpserver, settings):
    settings.EGRESS_ALLOW = []

    with pytest.raises(Misconfigured) as raised:
        provider(httpserver).send(mail())

    assert raised.value.code == "address_not_allowed"
    assert httpserver.log == []


def test_what_a_service_cannot_carry_is_permanent(httpserver):
    two = mail(reply_to=("a@example.org", "b@example.org"))

    with pytest.raises(Permanent, match="reply_to"):
        provider(httpserver, "brevo").send(two)

    assert httpserver.log == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_posted_to_with_the_account_s_key(httpserver, service):
    """Whatever it answers to `{}`, the request left with our key and message id."""
    httpserver.expect_request(re.compile(".*")).respond_with_json({})
    payload = mail()

    with pytest.raises((Unknown, Permanent, Misconfigured)):
        _send_and_fail(provider(httpserver, service), payload)

    request, _answer = httpserver.log[0]
    basic = base64.b64encode(b"api:k3y-of-the-account").decode()
    pair = base64.b64encode(b"k3y-of-the-account:s3cond-half").decode()
    shown = str(request.headers) + request.get_data(as_text=True) + str(request.form)
    assert any(key in shown for key in ("k3y-of-the-account", basic, pair))
    assert str(payload.message_id) in shown


def _send_and_fail(chosen, payload):
    """Some services' empty answer counts as taken: then there is nothing to raise."""
    chosen.send(payload)
    raise Unknown("taken")


@pytest.mark.parametrize(
    ("service", "missing"),
    [
        ("mailgun", "sender_domain"),
        ("mailjet", "secret_key"),
        ("scaleway", "project_id"),
        ("postal", "api_url"),
        ("unisender_go", "api_url"),
        ("postmark", "api_key"),
    ],
)
def test_a_service_says_which_field_it_needs(service, missing):
    values = {**EVERYTHING, "service": service, "api_url": "https://x.example/"}

    with pytest.raises(InvalidConfig) as raised:
        Anymail.configured({**values, missing: ""})

    assert [one.field for one in raised.value.problems] == [missing]


def test_every_service_of_anymail_s_is_offered_but_for_ses():
    shipped = {file.stem for file in Path(backends_path[0]).glob("*.py")}
    not_services = {
        "__init__",
        "amazon_ses",
        "base",
        "base_requests",
        "console",
        "sendinblue",  # brevo's old name
        "test",
    }

    assert set(SERVICES) == shipped - not_services


def test_a_check_tells_how_far_it_could_look(httpserver):
    found = provider(httpserver).check()

    assert "Postmark" in found
    assert httpserver.log == []
