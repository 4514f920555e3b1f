"""What a layer may refer to: rows of its tenant's, and those that the system lends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from providers import downstream
from providers.models import Account, Sender
from templates_app import looking_up
from templates_app.models import Template
from tenants.models import Tenant


def of(owner: Tenant | None, code: str) -> Mapping[str, QuerySet[Any]]:
    """By what they are, for one channel; no query until they are used.

    The system's layer, which has no owner, refers to the system's accounts alone: all
    else belongs to a tenant.
    """
    if owner is None:
        return {"account": _usable(Account.of_system(), code)}
    return {
        "template": Template.for_tenant(owner).filter(
            purpose=Template.Purpose.TEMPLATE, channel=code, published__isnull=False
        ),
        "sender": Sender.for_tenant(owner).filter(
            channel=code, verified_at__isnull=False
        ),
        "account": _usable(Account.offered_to(owner), code),
        "document": looking_up.documents(owner.id),
        "service": downstream.offered(owner.id, "documents"),
    }


def referred(owner: Tenant | None, name: str, identity: str) -> Any:
    """The template, sender or account that a layer refers to, whether or not it can be
    used now; None if it is not theirs."""
    if owner is None:
        rows: Mapping[str, QuerySet[Any]] = {"account": Account.of_system()}
    else:
        rows = {
            "template": Template.for_tenant(owner),
            "sender": Sender.for_tenant(owner),
            "account": Account.offered_to(owner),
        }
    return rows[name].filter(id=identity).first() if name in rows else None


def _usable(rows: QuerySet[Account], code: str) -> QuerySet[Account]:
    return rows.filter(channel=code, active=True)
