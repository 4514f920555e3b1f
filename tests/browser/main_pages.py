"""The pages that people work with: of a tenant with one of each row, of operators, and
on the way in. Lists and forms come from the registry, so a new one is among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse

from tenants.models import Tenant, User
from tenants.roles import may
from tenants.scoping import Scoped
from tests.furnished import Furnished

# What a form is opened with, past the page that asks for it first.
_ASKED = {
    "providers.account": ("?provider=email.smtp", "?provider=sms.twilio"),
    "providers.service": ("?provider=documents.cdogs", "?provider=directories.cstar"),
}
# Pages of one row beside its form, by the row's model.
_BESIDE = {
    "events.eventtype": ("preview", "history", "delete"),
    "templates_app.template": ("preview", "compare"),
    "recipients.group": ("csv",),
    "recipients.subscriberlist": ("csv",),
    "providers.service": ("mapping",),
    "tenants.apikey": ("history",),
}
# Pages of the site, and of all rows of a kind.
_OF_ALL = (
    *("index", "second_factor", "password_change", "password_change_done"),
    *("delivery_notification_dead", "events_eventtype_import"),
)
_OF_OPERATORS = (
    *("tenants.tenant", "tenants.user", "tenants.jwtissuer"),
    *("events.systemdefaults", "django_celery_beat.periodictask"),
)


def main_pages(rows: Iterable[models.Model]) -> Iterator[tuple[str, str]]:
    """(name, address) for an administrator of a tenant that has these rows."""
    for name in _OF_ALL:
        yield name, reverse(f"admin:{name}")
    known = {one._meta.label_lower: one for one in rows}
    for model in admin.site._registry:
        if issubclass(model, Scoped) or model is Tenant:
            label = model._meta.label_lower
            yield from _pages_of(label, known.get(label))


def operators_pages(furnished: Furnished) -> Iterator[tuple[str, str]]:
    """(name, address) of what only operators see, or see otherwise."""
    for name in ("index", "mailbox", "tenants_auditentry_changelist"):
        yield f"operator's {name}", reverse(f"admin:{name}")
    rows = {"tenants.tenant": furnished.tenant, "tenants.user": furnished.member}
    for label in _OF_OPERATORS:
        yield f"operator's {label} list", named(label, "changelist")
        # Rows of a tenant are added within it.
        for asked in _asked(label) if label != "tenants.jwtissuer" else ():
            yield f"operator's {label} add{asked}", named(label, "add") + asked
        if label in rows:
            yield f"operator's {label} change", named(label, "change", rows[label])
    password = reverse("admin:auth_user_password_change", args=[furnished.member.pk])
    yield "operator's password of somebody", password


def asking_pages(furnished: Furnished, other: User) -> Iterator[tuple[str, str, str]]:
    """(name, page, address): a button on the page posts there, and asks something or
    shows something once. `other` has lost a second factor."""
    place = other.memberships.get(tenant=furnished.tenant)
    buttons = {
        "delivery.notification": ("resend", "reschedule", "cancel", "replay"),
        "delivery.receivedtext": ("look",),
        "recipients.suppression": ("release",),
        "callbacks.endpoint": ("example", "recover", "expunge", "new_secret"),
        "callbacks.callback": ("resend", "expunge"),
        "tenants.apikey": ("rotate",),
        "tenants.membership": ("take_factor_away",),
    }
    rows = {one._meta.label_lower: one for one in furnished.rows}
    for label, names in buttons.items():
        row = place if label == "tenants.membership" else rows[label]
        page = named(label, "change", row)
        for name in names:
            yield f"{label} {name}", page, named(label, "do", row, name)
    row = rows["delivery.notification"]
    page = named("delivery.notification", "change", row)
    yield "content", page, named("delivery.notification", "content", row)


def named(label: str, page: str, *parts: models.Model | str) -> str:
    """The address of a model's page; rows are named by their ids."""
    name = f"admin:{label.replace('.', '_')}_{page}"
    ids = [one if isinstance(one, str) else str(one.pk) for one in parts]
    return reverse(name, args=[quote(one) for one in ids])


def _pages_of(label: str, row: models.Model | None) -> Iterator[tuple[str, str]]:
    yield f"{label} list", named(label, "changelist")
    app, name = label.split(".")
    if may("admin", app, name, "add"):
        for asked in dict.fromkeys(("", *_asked(label))):
            yield f"{label} add{asked}", named(label, "add") + asked
    if row is None:
        return
    yield f"{label} change", named(label, "change", row)
    for page in _BESIDE.get(label, ()):
        yield f"{label} {page}", named(label, page, row)


def _asked(label: str) -> tuple[str, ...]:
    """The form itself, past the page that asks which one it is to be."""
    if label in _ASKED:
        return _ASKED[label]
    [model] = [one for one in admin.site._registry if one._meta.label_lower == label]
    has_one = any(one.name == "channel" for one in model._meta.get_fields())
    return ("?channel=email",) if has_one else ("",)
