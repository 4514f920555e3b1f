"""What delivery's tests set up: accounts, many messages, a worker's turn."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from delivery import ledger_check
from delivery.beginning import Begun, begin
from delivery.loading import load
from delivery.models import Content, LedgerEntry, Message, Notification, Recipient
from delivery.outcomes import Kind, Outcome
from delivery.sending import pump
from notify_project.db.ids import uuid7
from notify_project.queue import claiming
from notify_project.queue.pumps import Wake
from providers.accounts import offers
from providers.models import Account
from tenants.models import Tenant

LANE = "msgapp-bulk"
LANES = {"email": "email-bulk", "sms": "sms-bulk", "msgApp": LANE}


def chat_account(tenant: Tenant, url: str, *, name: str = "room") -> Account:
    """A destination that is a program of ours, over HTTP."""
    account = Account(
        tenant=tenant,
        channel="msgApp",
        provider="msgapp.webhook",
        name=name,
        config={"url": url},
    )
    account.save()
    offers.forget()
    return account


def account_of(tenant: Tenant, provider: str, **changes: Any) -> Account:
    """An account whose provider is never called in the test, unless it is a sandbox."""
    channels = {"msgapp": "msgApp"}
    lane = provider.split(".")[0]
    values = {"channel": channels.get(lane, lane), "name": provider, **changes}
    account = Account(tenant=tenant, provider=provider, **values)
    account.save()
    offers.forget()
    return account


TWILIO = {
    "account_sid": "AC" + "0" * 32,
    "auth_token": "0" * 32,
    "sender": "+16045550123",
}


def many(tenant: Tenant, count: int = 1, *, channel: str = "msgApp", **changes: Any):
    """One notification with so many messages, stored in a few statements."""
    notification = Notification(
        tenant=tenant, status="queued", channels=[channel], key_type="live"
    )
    notification.save()
    content = Content(
        tenant=tenant,
        notification=notification,
        channel=channel,
        body={
            "texts": {"subject": "Hello", "title": "Hello", "body": "Words"},
            "bodyType": "text",
            "bodyKey": "body",
            "sender": {"email": "notify@example.org"}.get(channel, "+16045550123"),
            "senderName": "",
            "replyTo": [],
            "headers": {},
        },
    )
    content.save()
    values = {"lane": LANES[channel], "on_unknown": "retry_once", **changes}
    messages = [
        Message(
            id=uuid7(),
            tenant=tenant,
            notification=notification,
            content=content,
            channel=channel,
            **values,
        )
        for _ in range(count)
    ]
    Message.across_tenants().bulk_create(messages)
    Recipient.across_tenants().bulk_create(
        Recipient(
            tenant=tenant,
            message=one,
            kind="to",
            address=_address(channel, number),
            address_hash=bytes(32),
        )
        for number, one in enumerate(messages)
    )
    LedgerEntry.across_tenants().bulk_create(
        LedgerEntry(tenant=tenant, message=one, became="queued", cause="accepted")
        for one in messages
    )
    return list(Message.across_tenants().filter(notification=notification))


def _address(channel: str, number: int) -> str:
    return {
        "email": f"person{number}@example.org",
        "sms": f"+1604555{number:04}",
        "msgApp": "room",
    }[channel]


def work(lane: str = LANE) -> None:
    """What a worker does until nothing is due."""
    pump(lane, Wake(), threading.Event())


def claimed(lane: str = LANE, limit: int = 10) -> claiming.Claim:
    """What one worker claims."""
    found = claiming.claim(Message, lane, limit, token=uuid4())
    assert found is not None
    return found


def begun(lane: str = LANE, limit: int = 10) -> list[Begun]:
    """Messages that are `sending`, though nobody has called yet."""
    held = claimed(lane, limit)
    return begin([(one, held.token) for one in load(held.token, held.ids)])


def ended(kind: Kind, **values: Any) -> Outcome:
    return Outcome(kind, **values)


def again(message: Message) -> Message:
    """As it is stored now."""
    return Message.across_tenants().get(id=message.id)


def due_now(*messages: Message) -> None:
    """As if the time until they are due had passed."""
    ids = [one.id for one in messages]
    from_now = Message.across_tenants().filter(id__in=ids)
    from_now.update(due_at="2020-01-01T00:00:00Z")


def lease_over(*messages: Message) -> None:
    """As if the worker that holds them had died a while ago."""
    ids = [one.id for one in messages]
    held = Message.across_tenants().filter(id__in=ids, lease_until__isnull=False)
    held.update(lease_until="2020-01-01T00:00:00Z")


def story(message: Message) -> list[str]:
    """The causes in its ledger."""
    entries = LedgerEntry.across_tenants().filter(message=message).order_by("id")
    return list(entries.values_list("cause", flat=True))


def assert_books_balance(ignoring: Iterable[str] = ()) -> None:
    found = [str(one) for one in ledger_check.check() if one.rule not in set(ignoring)]
    assert found == []


def suspected(lane: str = LANE) -> list[Begun]:
    """What a worker begins: suspects alone, if there is nobody else."""
    token = uuid4()
    held = claiming.claim(Message, lane, 1, token=token)
    held = held or claiming.claim_suspect(Message, lane, token=token)
    if held is None:
        return []
    return begin([(one, token) for one in load(token, held.ids)])
