"""The tenant of a bench: a sender, an account for each stub, a template and a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from delivery.models import Message, Notification
from delivery.plan import Wording
from notify_project.db import clock
from notify_project.queue.bell import ring
from notify_project.queue.writing import writing
from providers.accounts import offers
from providers.models import Account, Sender
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.looking_up import Found
from templates_app.looking_up import find as find_template
from tenants import keys
from tenants.callers import ALL_SCOPES
from tenants.models import Tenant
from tests.bench.client import Target, fresh_keys
from tests.bench.ground import Stub
from tests.bench.wording import BODY, SENDER, SUBJECT, TEXT, params
from tests.delivery.accepted import accepted, email_plan
from tests.tenants.factories import TenantFactory

LATER = datetime(2100, 1, 1, tzinfo=UTC)
LANES = {"email": "email-bulk", "sms": "sms-bulk"}


@dataclass(frozen=True)
class Customer:
    """One tenant; `key` is the text of a live key, `template` an id."""

    tenant: Tenant
    key: str
    template: str

    def mail(self, key: str) -> Mapping[str, Any]:
        """A mail by template, to a recipient whose local part is `key`."""
        return {
            "params": params(key),
            "recipients": {"to": [address(key)]},
            "content": {"templateId": self.template},
        }

    def posting(self, port: int) -> Target:
        """POST /notifysimple/email with the template."""
        headers = {"X-API-KEY": self.key}
        return Target(port, "/notifysimple/email", self.mail, headers)

    def queue(self, channel: str, count: int) -> list[str]:
        """So many notifications of one message, due in a far future; their keys."""
        made = []
        wording = self._wording()
        for key, _ in zip(fresh_keys(), range(count), strict=False):
            accepted(self.tenant, _PLANS[channel](key, wording))
            made.append(key)
        return made

    def _wording(self) -> Wording:
        found: Found = find_template(
            self.tenant.id, self.template, channel="email", field="template"
        )
        texts = {"subject": found.subject, "body": found.body}
        return Wording(texts, found.body_type, found.engine)


def address(key: str) -> str:
    return f"{key}@example.org"


def number(key: str) -> str:
    """A phone number that is different for each key."""
    return f"+1604{2_000_000 + int(key.removeprefix('k')) % 7_000_000}"


def _mail(key: str, wording: Wording) -> Any:
    return email_plan(
        to=(address(key),), wording=wording, params=params(key), due_at=LATER
    )


def _text(key: str, wording: Wording) -> Any:
    words = Wording({"body": TEXT}, "text", "handlebars")
    return email_plan(
        channel="sms",
        to=(number(key),),
        wording=words,
        params=params(key),
        due_at=LATER,
    )


_PLANS = {"email": _mail, "sms": _text}


def open_for_business(stub: Stub | None = None) -> Customer:
    """A new tenant; without a stub its accounts lead nowhere."""
    tenant = TenantFactory(
        phone_region="CA",
        requests_per_minute_live=1_000_000,
        idempotency_window_seconds=300,
    )
    Sender(
        tenant=tenant,
        channel="email",
        address=SENDER,
        name="Permits",
        is_default=True,
        verified_at=timezone.now(),
    ).save()
    template = editing.create(
        tenant,
        name="Arrived",
        channel_code="email",
        draft=Draft(SUBJECT, BODY, "html", "handlebars"),
    )
    _accounts(tenant, stub or Stub(9, 9))
    _row, text = keys.issue(tenant, name="bench", scopes=ALL_SCOPES)
    return Customer(tenant, text, str(template.id))


def _accounts(tenant: Tenant, stub: Stub) -> None:
    mail = {"host": "127.0.0.1", "port": stub.mail, "security": "none"}
    texts = {
        "account_sid": "AC" + "0" * 32,
        "auth_token": "0" * 32,
        "sender": "+16045550123",
        "api_base": f"http://127.0.0.1:{stub.texts}",
    }
    for channel, provider, config in (
        # As many connections as calls in flight, and none closed in between.
        ("email", "email.smtp", {**mail, "connections": 16}),
        ("sms", "sms.twilio", texts),
    ):
        Account(
            tenant=tenant,
            channel=channel,
            provider=provider,
            name=channel,
            config=config,
        ).save()
    offers.forget()


def make_due(channel: str) -> None:
    """Everything that waits is due from now on; the bell rings."""
    with writing():
        now = clock.now()
        Notification.across_tenants().update(status="queued", scheduled_for=None)
        Message.across_tenants().filter(state="queued").update(
            due_at=now, first_due_at=now, created_at=Now()
        )
        ring(LANES[channel])
