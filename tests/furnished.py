"""A tenant with one row of each kind, every text in it bearing the tenant's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from callbacks import endpoints, repeating
from callbacks.models import RetrySchedule
from callbacks.wishes import Wish, granted
from delivery.models import (
    Attempt,
    Content,
    LedgerEntry,
    Message,
    Notification,
    NotificationTag,
    ReceivedText,
    Recipient,
)
from events import designing
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.models import CallbackDefaults, Erasure, EventType, TenantDefaults
from notify_project.db.hashing import address_hash
from providers.models import Account, Sender, Service
from recipients import groups, lists, subscribing, suppression
from templates_app import editing, images
from templates_app.drafts import Draft
from tenants import auditing, keys
from tenants.models import Membership, RefusedCall, Tenant, User
from tests.templates_app.drawn import png
from tests.tenants.factories import (
    JwtIssuerFactory,
    MembershipFactory,
    TenantFactory,
    UserFactory,
)


@dataclass(frozen=True)
class Furnished:
    """What `furnish` made; `rows` has one of each model with a page of its own."""

    tenant: Tenant
    word: str
    member: User
    key_text: str
    account_secret: str
    issuer_secret: str
    service_secret: str
    endpoint_secrets: tuple[str, ...]
    notification: Notification
    rows: tuple[Any, ...]

    @property
    def secrets(self) -> tuple[str, ...]:
        outside = (self.account_secret, self.issuer_secret, self.service_secret)
        return (*outside, self.key_text, *self.endpoint_secrets)


def furnish(word: str) -> Furnished:
    """A tenant whose every name, address and text holds `word`."""
    tenant = TenantFactory(name=f"{word} tenant", slug=word)
    member = UserFactory(email=f"member@{word}.example", name=f"{word} member")
    membership = MembershipFactory(
        tenant=tenant, user=member, role=Membership.Role.ADMIN
    )
    sender = Sender(tenant=tenant, channel="email", address=f"from@{word}.example")
    sender.save()
    account_secret = f"secret-of-{word}-account"
    account = Account(
        tenant=tenant,
        channel="email",
        provider="email.smtp",
        name=f"{word} account",
        config={
            "host": "127.0.0.1",
            "port": 2525,
            "security": "none",
            "username": word,
            "password": account_secret,
        },
    )
    account.save()
    template = editing.create(
        tenant,
        name=f"{word} template",
        channel_code="email",
        draft=Draft(f"{word} subject", f"{word} body {{{{name}}}}", "html"),
    )
    defaults = TenantDefaults(
        tenant=tenant,
        channel="email",
        account=account,
        sender=sender,
        values={"replyTo": [f"reply@{word}.example"]},
    )
    defaults.save()
    group = groups.create(
        tenant,
        name=f"{word} group",
        channel_code="email",
        addresses=[f"approver@{word}.example"],
    )
    a_list = lists.create(tenant, name=f"{word} list")
    subscription = subscribing.subscribe(
        a_list,
        channel_code="email",
        address=f"subscriber@{word}.example",
        confirmed=True,
    )
    suppressed, _is_new = suppression.suppress(
        tenant,
        channel_code="email",
        address=f"gone@{word}.example",
        reason="bounced",
        note=f"{word} note",
    )
    image = images.create(
        tenant, name=f"{word}-logo", data=png(), description=f"{word} picture"
    )
    event = _event(tenant, word)
    key, key_text = keys.issue(tenant, name=f"{word} key")
    issuer_secret = f"secret-of-{word}-issuer-0123456789abcdef"
    issuer = JwtIssuerFactory(
        tenant=tenant,
        name=f"{word} issuer",
        claim_value=word,
        shared_secret=issuer_secret,
    )
    entry = auditing.record(member, "created", template, tenant=tenant)
    refused = RefusedCall(
        tenant=tenant,
        key_name=word,
        method="POST",
        path=f"/api/v1/{word}",
        status=422,
        code="required",
        errors=[{"field": f"{word}.to", "code": "required"}],
        correlation_id=f"{word}-refused",
    )
    refused.save()
    notification = notify(tenant, word, account)
    token = f"token-of-{word}-endpoint"
    endpoint = endpoints.register(
        tenant,
        granted(Wish(url=f"http://127.0.0.1:9/{word}", bearer_token=token)),
    )
    told = repeating.find(tenant, repeating.example(endpoint))
    callback = CallbackDefaults(tenant=tenant, url=endpoint.url)
    callback.save()
    schedule = RetrySchedule(tenant=tenant, waits=[0, 60])
    schedule.save()
    text = ReceivedText(
        tenant=tenant,
        provider="sms.twilio",
        number="+16045550123",
        sender=f"{word} sender",
        sender_hash=address_hash(tenant.id, word),
        text=f"{word} answer",
        wish="stop",
    )
    text.save()
    service = _service(tenant, word)
    return Furnished(
        tenant=tenant,
        word=word,
        member=member,
        key_text=key_text,
        account_secret=account_secret,
        issuer_secret=issuer_secret,
        service_secret=service.config["client_secret"],
        endpoint_secrets=(token, str(endpoint.secret)),
        notification=notification,
        rows=(
            *(tenant, membership, sender, account, template, defaults),
            *(key, issuer, entry, notification, group, event),
            *(suppressed, a_list, subscription, refused, image),
            *(endpoint, told, callback, schedule, text),
            *(service, _erasure(tenant, word)),
        ),
    )


def _service(tenant: Tenant, word: str) -> Service:
    """One that makes files, which is never called."""
    service = Service(
        tenant=tenant,
        provider="documents.cdogs",
        name=f"{word} service",
        config={
            "base_url": "https://cdogs.example.org/api/v2",
            "token_url": "https://cdogs.example.org/token",
            "client_id": word,
            "client_secret": f"secret-of-{word}-service",
        },
        required=[f"{word}.number"],
        fixed={"office": f"{word} office"},
    )
    service.save()
    return service


def _erasure(tenant: Tenant, word: str) -> Erasure:
    """One that is done: the proof of it."""
    order = Erasure(
        tenant=tenant,
        reason=f"{word} asked",
        asked_by=f"member@{word}.example",
        stage=Erasure.Stage.DONE,
        counts={"notifications": 2},
        remains=[],
        finished_at=timezone.now(),
    )
    order.save()
    return order


def _event(tenant: Tenant, word: str) -> EventType:
    """A draft, so that it may still be deleted."""
    values = {
        "recipients": {"to": [f"{{{{{word}}}}}"], "cc": [{"group": f"{word} group"}]},
        "content": {"subject": f"{word} occasion", "body": f"{word} words"},
    }
    design = Design(channels={"email": ChannelDesign(values=values)})
    return designing.create(tenant, Naming(f"{word}Event"), design)


def notify(tenant: Tenant, word: str, account: Account | None = None) -> Notification:
    """A notification with a failed message, one attempt and its ledger."""
    notification = Notification(
        tenant=tenant,
        status="failed",
        correlation_id=f"{word}-correlation",
        channels=["email"],
        key_type="live",
        key_name=word,
        params={"name": word},
        decided_by={"email.from": "tenant"},
    )
    notification.save()
    NotificationTag(tenant=tenant, notification=notification, tag=f"{word}-tag").save()
    content = Content(
        tenant=tenant,
        notification=notification,
        channel="email",
        body={
            "texts": {"subject": f"{word} subject", "body": f"<p>{word} written</p>"},
            "bodyType": "html",
            "bodyKey": "body",
            "sender": f"from@{word}.example",
            "senderName": "",
            "replyTo": [],
            "headers": {},
        },
    )
    content.save()
    message = Message(
        tenant=tenant,
        notification=notification,
        content=content,
        channel="email",
        lane="email-bulk",
        state="failed",
        attempts=1,
        error_code="550",
        error_detail=f"{word} refused",
        on_unknown="retry_once",
    )
    message.save()
    address = f"to@{word}.example"
    Recipient(
        tenant=tenant,
        message=message,
        kind="to",
        address=address,
        address_hash=address_hash(tenant.id, address),
    ).save()
    Attempt(
        tenant=tenant,
        message=message,
        number=1,
        account=account,
        provider="email.smtp",
        worker="w",
        outcome="permanent",
        duration_ms=12,
        code="550",
        detail=f"{word} answer",
    ).save()
    for was, became, cause in (("", "queued", "accepted"), ("sending", "failed", "x")):
        LedgerEntry(
            tenant=tenant, message=message, was=was, became=became, cause=cause
        ).save()
    return notification
