"""The admin's menu: groups of pages in the order of the work, as far as one may go."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenants.workplace import Workplace

# Group, then (model or page, icon, words); a page's name has no dot.
_MENU = (
    (
        "",
        (("index", "home", _("Start")),),
    ),
    (
        _("Sending"),
        (
            ("delivery.notification", "outgoing_mail", _("Notifications")),
            ("tenants.refusedcall", "block", _("Refused calls")),
            ("events.eventtype", "campaign", _("Event types")),
            ("templates_app.template", "edit_document", _("Templates")),
            ("templates_app.image", "image", _("Images")),
            ("recipients.group", "groups", _("Groups")),
            ("recipients.subscriberlist", "list_alt", _("Lists")),
            ("recipients.subscription", "how_to_reg", _("Subscriptions")),
            ("delivery.dailycount", "bar_chart", _("Reports")),
            ("callbacks.callback", "webhook", _("Callbacks")),
            ("delivery.receivedtext", "sms", _("Received texts")),
            ("recipients.suppression", "do_not_disturb_on", _("Suppression list")),
            ("mailbox", "inbox", _("Local mailbox")),
        ),
    ),
    (
        _("Set up"),
        (
            ("providers.account", "power", _("Accounts")),
            ("providers.sender", "badge", _("Senders")),
            ("providers.service", "cloud_sync", _("Services")),
            ("events.tenantdefaults", "tune", _("Defaults")),
            ("tenants.apikey", "key", _("API keys")),
            ("callbacks.endpoint", "dns", _("Endpoints")),
            ("events.callbackdefaults", "add_alert", _("Default callback")),
            ("callbacks.retryschedule", "schedule", _("Retry schedule")),
            ("tenants.jwtissuer", "verified_user", _("Token issuers")),
        ),
    ),
    (
        _("Tenant"),
        (
            ("tenants.tenant", "apartment", _("Tenants")),
            ("tenants.membership", "group", _("Members")),
            ("tenants.auditentry", "history", _("Audit")),
            ("events.erasure", "ink_eraser", _("Erasures")),
        ),
    ),
    (
        _("Operation"),
        (
            ("tenants.user", "person", _("People")),
            ("events.systemdefaults", "settings", _("System defaults")),
            ("django_celery_beat.periodictask", "schedule", _("Periodic tasks")),
        ),
    ),
)
_OPERATORS_ONLY = {
    *("mailbox", "tenants.user"),
    *("events.systemdefaults", "django_celery_beat.periodictask"),
}


def menu(place: Workplace) -> list[dict[str, Any]]:
    """As django-unfold's SIDEBAR["navigation"] takes it."""
    groups = []
    for title, entries in _MENU:
        items = [
            _own_settings(place, name)
            or {"title": capfirst(words), "icon": icon, "link": _link(name)}
            for name, icon, words in entries
            if _is_open(place, name)
        ]
        if items:
            groups.append({"title": title, "items": items, "separator": bool(title)})
    return groups


def _is_open(place: Workplace, name: str) -> bool:
    if name == "mailbox" and not settings.EMBEDDED:
        return False
    if name in _OPERATORS_ONLY or "." not in name:
        return place.is_operator or name == "index"
    return place.may(apps.get_model(name), "view")


def _own_settings(place: Workplace, name: str) -> dict[str, Any] | None:
    """Who has one tenant needs no list of it."""
    if name != "tenants.tenant" or place.is_operator or place.tenant is None:
        return None
    link = reverse("admin:tenants_tenant_change", args=[place.tenant.id])
    return {"title": _("Settings"), "icon": "apartment", "link": link}


def _link(name: str) -> str:
    if "." not in name:
        return reverse(f"admin:{name}")
    return reverse(f"admin:{name.replace('.', '_')}_changelist")
