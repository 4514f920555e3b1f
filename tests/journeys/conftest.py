"""What journeys share: a tenant that is set up, a caller, a mail server, a worker."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notify_project.queue import pumps
from providers.accounts import offers
from providers.models import Account, Sender
from tenants import keys
from tenants.callers import ALL_SCOPES
from tenants.models import Tenant
from tests.journeys.examples import SAMPLE, fixtures
from tests.tenants.factories import TenantFactory

TWILIO = "AC" + "0" * 32
_RECORDED = Path(__file__).parents[1] / "providers/fixtures/twilio/message_created.json"
CREATED: dict[str, Any] = json.loads(_RECORDED.read_text("utf-8"))


@dataclass
class Mail:
    """One envelope as the mail server got it."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    def parts(self) -> dict[str, Any]:
        """Recipients and content in the shape of a preview, as the reader sees them."""
        visible = {
            kind: [one.addr_spec for one in self.message[kind].addresses]
            for kind in ("to", "cc")
            if self.message[kind]
        }
        named = [one for group in visible.values() for one in group]
        hidden = [one for one in self.recipients if one not in named]
        return {
            "recipients": {**visible, **({"bcc": hidden} if hidden else {})},
            "content": {
                "subject": str(self.message["subject"]),
                **self._texts(),
            },
        }

    def _texts(self) -> dict[str, str]:
        """The body, and of HTML its text part."""
        found = {
            kind: part.get_content().replace("\r\n", "\n")
            for kind in ("html", "plain")
            if (part := self.message.get_body((kind,)))
        }
        if "html" not in found:
            return {"body": found["plain"]}
        text = {"text": found["plain"]} if "plain" in found else {}
        return {"body": found["html"], **text}

    def body_type(self) -> str:
        """text or html, as a preview has it."""
        body = self.message.get_body(("html", "plain"))
        assert body is not None
        return "html" if body.get_content_subtype() == "html" else "text"


@dataclass
class MailServer:
    """A real SMTP server on loopback that keeps what it is given."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(Mail(envelope.mail_from, envelope.rcpt_tos, parsed))
        return "250 OK"


@dataclass
class PhoneNetwork:
    """Twilio's API on loopback; keeps each text that it was asked to send."""

    url: str
    texts: list[dict[str, str]] = field(default_factory=list)

    def take(self, request: Request) -> Response:
        form = parse_qs(request.get_data(as_text=True))
        self.texts.append({name: values[0] for name, values in form.items()})
        made = {**CREATED, "sid": f"SM{len(self.texts):032x}"}
        return Response(json.dumps(made), 201, content_type="application/json")


@dataclass
class Caller:
    """An application with an API key, over HTTP."""

    key: str
    client: Client = field(default_factory=Client)

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        """Further headers are written as in idempotency_key="1"."""
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def put(self, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        return self._send("put", path, body, headers)

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(path, query, headers={"X-API-KEY": self.key})

    def status(self, notify_id: str, **query: str) -> Any:
        return self.get(f"/notify/{notify_id}", **query).json()

    def delete(self, path: str) -> Any:
        return self.client.delete(path, headers={"X-API-KEY": self.key})

    def _send(
        self, method: str, path: str, body: Mapping[str, Any], headers: dict[str, str]
    ) -> Any:
        return getattr(self.client, method)(
            path,
            body,
            content_type="application/json",
            headers={
                "X-API-KEY": self.key,
                **{name.replace("_", "-"): text for name, text in headers.items()},
            },
        )


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def phones(httpserver: HTTPServer) -> PhoneNetwork:
    network = PhoneNetwork(httpserver.url_for(""))
    path = f"/2010-04-01/Accounts/{TWILIO}/Messages.json"
    httpserver.expect_request(path, method="POST").respond_with_handler(network.take)
    return network


@pytest.fixture
def tenant(db: None, mail_server: MailServer, phones: PhoneNetwork) -> Tenant:
    """Set up as document 003 has it: nothing but a sender, on a system that has mail
    and texts."""
    made: Tenant = TenantFactory(phone_region="CA")
    Sender(
        tenant=made,
        channel="email",
        address="notify@example.org",
        name="Notify",
        is_default=True,
        verified_at=timezone.now(),
    ).save()
    Account(
        channel="email",
        provider="email.smtp",
        name="Mail",
        config={"host": "127.0.0.1", "port": mail_server.port, "security": "none"},
    ).save()
    Account(
        channel="sms",
        provider="sms.twilio",
        name="Phone",
        config={
            "account_sid": TWILIO,
            "auth_token": "f00dcafe" * 4,
            "sender": "+16045550123",
            "api_base": phones.url,
        },
    ).save()
    offers.forget()
    return made


@pytest.fixture
def caller(tenant: Tenant) -> Caller:
    _row, text = keys.issue(tenant, name="App", scopes=ALL_SCOPES)
    return Caller(text)


@pytest.fixture
def sample_template(caller: Caller) -> str:
    """The GUID of document 003's "Sample template", made as its author would."""
    [given] = [one for one in fixtures()["templates"] if one["name"] == SAMPLE]
    made = caller.post("/templates", given)
    assert made.status_code == 201, made.content
    return str(made.json()["templateId"])


def work() -> None:
    """What a worker does until nothing is due."""
    for lane in settings.LANES:
        pumps.lanes()[lane]._pump(lane, pumps.Wake(), threading.Event())
