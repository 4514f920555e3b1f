"""The audit's entries in words: what was done, to what, and to which field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.models import AuditEntry

ACTIONS: Mapping[str, str | Promise] = {
    "created": gettext_lazy("created"),
    "changed": gettext_lazy("changed"),
    "deleted": gettext_lazy("deleted"),
    "registered": gettext_lazy("registered itself"),
    "verified": gettext_lazy("verified"),
    "link sent": gettext_lazy("link sent"),
    "cancelled": gettext_lazy("cancelled"),
    "released": gettext_lazy("released"),
    "resent": gettext_lazy("sent again"),
    "rescheduled": gettext_lazy("given another time"),
    "replayed": gettext_lazy("replayed"),
    "content seen": gettext_lazy("content looked at"),
    "erasure asked": gettext_lazy("erasure asked for"),
    "invited": gettext_lazy("invited once more"),
    "invitation accepted": gettext_lazy("invitation accepted"),
    "sent again": gettext_lazy("sent again"),
    "example sent": gettext_lazy("example sent"),
    "recovery begun": gettext_lazy("sending again begun"),
    "content deleted": gettext_lazy("content deleted"),
    "deletion of content begun": gettext_lazy("deletion of content begun"),
    "secret changed": gettext_lazy("given a new secret"),
    "switched off": gettext_lazy("switched off"),
    "exported": gettext_lazy("saved as a file"),
    "imported": gettext_lazy("taken over from a file"),
    "second factor set up": gettext_lazy("second factor set up"),
    "second factor taken off": gettext_lazy("second factor taken off"),
    "second factor taken away": gettext_lazy("second factor taken away"),
    "single sign-on linked": gettext_lazy("single sign-on linked"),
    "single sign-on unlinked": gettext_lazy("single sign-on unlinked"),
    "recovery code used": gettext_lazy("recovery code used"),
    "recovery codes renewed": gettext_lazy("recovery codes renewed"),
}

# What an act tells besides the columns of its row.
_TOLD: Mapping[str, str | Promise] = {
    "reason": gettext_lazy("Reason"),
    "messages": gettext_lazy("Messages"),
    "what": gettext_lazy("What"),
    "sent again as": gettext_lazy("Sent again as"),
    "address": gettext_lazy("Address"),
    "provider": gettext_lazy("Provider"),
    "callback": gettext_lazy("Callback"),
    "since": gettext_lazy("From"),
    "until": gettext_lazy("To"),
}
_OF_THE_ROW = ("created", "changed", "deleted")


def action(entry: AuditEntry) -> str:
    """What was done."""
    return str(ACTIONS.get(entry.action, entry.action))


def kind(entry: AuditEntry) -> str:
    """To what: a model's name for people, or what is stored if there is none now."""
    model = _model(entry)
    return capfirst(str(model._meta.verbose_name)) if model else entry.object_type


def changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Field, before, after; a secret only says that it changed."""
    model = _model(entry)
    return [
        (_field(model, name), *_before_and_after(change))
        for name, change in entry.changes.items()
    ]


def why(entry: AuditEntry) -> str:
    """The reason that somebody gave for an act; of its row's columns it is told in
    `changes`."""
    given = entry.changes.get("reason")
    if entry.action in _OF_THE_ROW or not isinstance(given, dict):
        return ""
    return _shown(given.get("after"))


def _model(entry: AuditEntry) -> type[Model] | None:
    try:
        return apps.get_model(entry.object_type)
    except (LookupError, ValueError):
        return None


def _field(model: type[Model] | None, name: str) -> str:
    if model is None:
        return name
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(_TOLD.get(name, name))
    return capfirst(str(getattr(field, "verbose_name", name)))


def _before_and_after(change: object) -> tuple[str, str]:
    if not isinstance(change, dict):
        return "", _("changed (secret)")
    return _shown(change.get("before")), _shown(change.get("after"))


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
