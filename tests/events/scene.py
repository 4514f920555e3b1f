"""A tenant that can send, and the requests of its callers, without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from delivery.plan import NotificationPlan
from delivery.problems import Problems
from events import requests
from events.requests import NotifyRequest
from events.resolving import resolve
from providers.models import Account, Sender
from tenants.callers import ALL_SCOPES, Caller
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory


def tenant_with_mail(**values: Any) -> Tenant:
    """A verified default sender and an account of its own."""
    tenant: Tenant = TenantFactory(phone_region="CA", **values)
    sender_of(tenant, "notify@example.org", name="Notify", is_default=True)
    account_of(tenant, "email", "Mail")
    return tenant


def sender_of(
    tenant: Tenant, address: str, *, verified: bool = True, **more: Any
) -> Sender:
    values = {"channel": "email", "verified_at": timezone.now() if verified else None}
    sender = Sender(tenant=tenant, address=address, **{**values, **more})
    sender.save()
    return sender


def account_of(tenant: Tenant | None, channel: str, name: str, **more: Any) -> Account:
    provider = more.pop("provider", f"{channel.lower()}.sandbox")
    account = Account(
        tenant=tenant, channel=channel, provider=provider, name=name, **more
    )
    account.save()
    return account


def caller_of(tenant: Tenant, key_type: str = "live") -> Caller:
    return Caller(tenant, key_type, ALL_SCOPES, "test")


MAIL: Mapping[str, Any] = {
    "recipients": {"to": ["jane@example.org"]},
    "content": {"subject": "Hello", "body": "Words"},
}


def email(**changes: Any) -> NotifyRequest:
    return requests.bare({**MAIL, **changes}, "email")


def several(**channels: Any) -> NotifyRequest:
    return requests.simple(channels)


def planned(caller: Caller, request: NotifyRequest) -> NotificationPlan:
    """The plan of a request of which nothing is wrong; raises what is."""
    problems = Problems(request.problems)
    plan = resolve(caller, request, problems)
    problems.raise_all()
    return plan
