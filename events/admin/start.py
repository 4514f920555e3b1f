"""The admin's first page: what is still to do before a tenant can send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callbacks.admin import trouble
from delivery import account_use, charting, dashboard, telling
from delivery.dashboard import Board
from delivery.models import Notification
from providers.accounts import is_reserve
from providers.channels.base import channel
from providers.models import Account, Sender
from templates_app.models import Template
from tenants.models import ApiKey, Tenant
from tenants.workplace import Workplace, workplace_of

_LATEST = 5


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to do, and where."""

    title: str | Promise
    text: str | Promise
    url: str
    icon: str
    done: bool


def first_steps(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds `first_steps`, `latest` and the dashboard of the active tenant, or the
    operator's; some thirty queries, none of which counts messages one by one."""
    place = workplace_of(request)
    if place.tenant is None:
        return {**context, "first_steps": (), "latest": (), **_above(place)}
    latest = (
        Notification.for_tenant(place.tenant)
        .defer("params")
        .order_by("-created_at", "-id")
    )
    return {
        **context,
        "first_steps": _steps(place, place.tenant),
        "latest": [_line(one) for one in latest[:_LATEST]],
        "trouble": trouble.told(place.tenant),
        **_told(place, dashboard.of_tenant(place.tenant)),
    }


def _above(place: Workplace) -> dict[str, Any]:
    """What an operator sees above all tenants."""
    return _told(place, dashboard.of_all()) if place.is_operator else {}


def _told(place: Workplace, board: Board) -> dict[str, Any]:
    tables = (
        (_("Day (UTC)"), board.days),
        (_("Channel"), board.channels),
        (_("Event type"), board.events),
        (_("Tenant"), board.tenants),
    )
    may_see = place.may(Account, "view")
    return {
        "board": board,
        "chart": charting.chart(board.days),
        "tables": [(head, lines) for head, lines in tables if lines],
        "failures": [_line(one) for one in board.failures],
        "accounts": account_use.of(place.tenant) if may_see else (),
    }


def _line(one: Notification) -> dict[str, Any]:
    return {
        "row": one,
        "status": telling.OVERALL_WORDS.get(one.status, one.status),
        "kind": telling.KINDS.get(one.status, "default"),
        "is_test": telling.is_test(one),
        "channels": [channel(code).label for code in one.channels],
    }


# Model whose list the step leads to, what to do, why, symbol.
_STEPS = (
    (
        Account,
        _("Add an account"),
        _("A provider with credentials: a mail server, SMS, a chat."),
        "power",
    ),
    (
        Sender,
        _("Add a sender"),
        _("The address or number that your messages come from."),
        "badge",
    ),
    (
        Template,
        _("Write a template"),
        _("Wording under a name, with a preview. Inline texts work without."),
        "edit_document",
    ),
    (
        ApiKey,
        _("Issue an API key"),
        _("Your program sends it in the X-API-KEY header."),
        "key",
    ),
)


def _steps(place: Workplace, tenant: Tenant) -> list[FirstStep]:
    """Those that the person may take."""
    done = _done(tenant)
    return [
        FirstStep(title, text, _list_of(model), icon, done[model])
        for model, title, text, icon in _STEPS
        if place.may(model, "add")
    ]


def _done(tenant: Tenant) -> dict[type[Model], bool]:
    accounts = Account.offered_to(tenant).filter(active=True)
    senders = Sender.for_tenant(tenant).filter(verified_at__isnull=False)
    return {
        Account: any(not is_reserve(one) for one in accounts),
        Sender: senders.exists(),
        Template: Template.for_tenant(tenant).exists(),
        ApiKey: ApiKey.for_tenant(tenant).filter(revoked_at__isnull=True).exists(),
    }


def _list_of(model: type[Model]) -> str:
    names = model._meta
    return reverse(f"admin:{names.app_label}_{names.model_name}_changelist")
