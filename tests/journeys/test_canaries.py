"""What is private stays where it belongs: not in logs, not in figures, not readable in
the database.

Every private thing of a message carries a canary: address, phone, subject, body,
params, file. They travel through accepting, sending, failing, searching, previewing,
receipts and received texts; then logs, /metrics, StatsD's lines and all tables are
searched for them.
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
import structlog
from django.db import connection
from django.test import Client

from delivery.models import Content, ReceivedText, Recipient
from notify_project.db.encryption import CannotOpen
from providers import breaker, doors
from providers.accounts import offers
from providers.models import Account
from tenants.models import Tenant
from tests.journeys.conftest import Caller, MailServer, work
from tests.journeys.test_receipts import called_back, posted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

CANARIES = (
    "canary.address",
    "7785550199",
    "canary subject",
    "canary body",
    "canary param",
    "canary file",
    "canary-secret",
)
PHONE = "+17785550199"
FILE = base64.b64encode(b"canary file").decode()


def _mail(**changes):
    return {
        "params": {"name": "canary param"},
        "recipients": {"to": ["canary.address@example.org"]},
        "content": {"subject": "canary subject", "body": "canary body {{name}}"},
        "attachments": [{"filename": "canary file.txt", "content": FILE}],
        "allowDuplicate": True,
        **changes,
    }


def _everything_stored() -> str:
    """Every column of every row as text, and bytes as they are and as hex."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [_readable(value) for value in row]
    return "\n".join(found)


def _readable(value: object) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("latin-1")
    return str(value)


def _travel(caller: Caller) -> None:
    caller.post("/notifysimple/email", _mail())
    caller.post("/notifysimple/email/preview", _mail())
    caller.post("/notifysimple/email", _mail(recipients={"to": ["{{canary.address"]}))
    caller.post(
        "/notifysimple/sms",
        {
            "recipients": {"to": [PHONE]},
            "content": {"body": "canary body"},
        },
    )
    work()
    caller.get("/notify", tag="canary param")


def _report() -> str:
    """What providers tell, and who is none; the secret of the account's address."""
    phone = Account.of_system().get(provider="sms.twilio")
    address = doors.address(phone)
    status = {"MessageSid": f"SM{1:032x}", "To": PHONE, "MessageStatus": "undelivered"}
    text = {"MessageSid": "SM9", "From": PHONE, "To": "+16045550123"}
    for fields in (status, {**text, "Body": "canary body"}):
        assert called_back(address, fields).status_code == 200
        assert posted(address, {**fields, "Canary": "canary param"}).status_code == 401
    work()
    assert ReceivedText.across_tenants().count() == 1
    return address.rpartition("/")[2]


def test_nothing_private_is_readable_in_the_database(
    caller: Caller, mail_server: MailServer
):
    _travel(caller)
    token = _report()

    assert mail_server.mails, "the canaries did travel"
    stored = _everything_stored()
    assert [one for one in (*CANARIES, caller.key, token) if one in stored] == []


def test_what_a_provider_says_of_an_address_is_kept_without_it(
    caller: Caller, mail_server: MailServer
):
    async def refuse(
        server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        return f"550 5.1.1 <{address}>: no such user here"

    mail_server.handle_RCPT = refuse  # type: ignore[attr-defined]

    _travel(caller)

    stored = _everything_stored()
    assert "no such user here" in stored
    assert [one for one in CANARIES if one in stored] == []


def test_nothing_private_is_logged(
    caller: Caller, mail_server: MailServer, written: StringIO
):
    # An account whose secret is a canary and whose server is not there: it fails.
    Account.of_system().filter(provider="email.smtp").update(active=False)
    Account(
        channel="email",
        provider="email.smtp",
        name="canary account",
        config={
            "host": "127.0.0.1",
            "port": 1,
            "security": "none",
            "username": "canary-secret",
            "password": "canary-secret",
        },
    ).save()
    offers.forget()

    _travel(caller)
    token = _report()
    caller.get("/notify", api_key=caller.key)
    Caller(caller.key[:-1] + "!").get(f"/notify/{caller.key}")
    structlog.get_logger("control").warning("control_event", note="canary body")

    assert "control_event" in written.getvalue()
    assert "provider_told" in written.getvalue(), "the receipts did come"
    private = (*CANARIES, caller.key[:-1], token, "canary account")
    assert [one for one in private if one in written.getvalue()] == []


def test_nothing_private_is_in_figures(caller: Caller, tenant: Tenant, settings: Any):
    settings.METRICS_TOKEN = "canary-token"
    Account.of_system().filter(provider="sms.twilio").update(name="canary account")
    offers.forget()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as statsd:
        statsd.bind(("127.0.0.1", 0))
        statsd.settimeout(0.2)
        settings.STATSD_HOST, settings.STATSD_PORT = statsd.getsockname()
        _travel(caller)
        token = _report()
        breaker.open_for(Account.of_system().get(provider="sms.twilio").id)
        lines = "\n".join(_heard(statsd))
    shown = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    figures = Client().get("/metrics", headers=shown).content.decode()

    assert "clients.twilio.success:1|c" in lines
    assert 'notify_breaker_state{account="' in figures
    private = (*CANARIES, caller.key, token, "canary", tenant.name, tenant.slug)
    assert [one for one in private if one in lines + figures] == []


def _heard(statsd: socket.socket) -> Iterator[str]:
    with suppress(TimeoutError):
        while True:
            yield statsd.recv(2000).decode()


def test_a_sealed_value_does_not_open_in_another_column(caller: Caller):
    _travel(caller)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM delivery_recipient")
        (sealed,) = cursor.fetchone()
        cursor.execute("UPDATE delivery_content SET body = %s", [sealed])

    with pytest.raises(CannotOpen):
        Content.across_tenants().first()

    assert Recipient.across_tenants().first() is not None
