"""The pages of the admin that people work with, of a tenant with one of each row."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.db import models
from django.urls import reverse

from tests.furnished import Furnished

# What people of a tenant work with; their lists and the forms of one row.
WORKED_WITH = (
    *("delivery.notification", "events.eventtype", "templates_app.template"),
    *("recipients.group", "recipients.subscriberlist", "recipients.suppression"),
    *("providers.account", "providers.sender", "events.tenantdefaults"),
    *("tenants.apikey", "tenants.membership", "callbacks.endpoint"),
)


def main_pages(furnished: Furnished) -> Iterator[tuple[str, str]]:
    """(name, address); those of rows with the row of `furnished`."""
    yield "start", reverse("admin:index")
    by_label = {one._meta.label_lower: one for one in furnished.rows}
    for label in WORKED_WITH:
        yield f"{label} list", named(label, "changelist")
        if _may_be_added(label):
            yield f"{label} add", named(label, "add") + _channel(label)
        yield f"{label} change", named(label, "change", by_label[label])
    for label in ("events.eventtype", "templates_app.template"):
        yield f"{label} preview", named(label, "preview", by_label[label])


def named(label: str, page: str, *rows: models.Model) -> str:
    name = f"admin:{label.replace('.', '_')}_{page}"
    return reverse(name, args=[one.pk for one in rows])


def _may_be_added(label: str) -> bool:
    return label != "delivery.notification"


def _channel(label: str) -> str:
    """The form itself, past the page that asks for the channel first."""
    [model] = [one for one in admin.site._registry if one._meta.label_lower == label]
    has_one = any(one.name == "channel" for one in model._meta.get_fields())
    return "?channel=email" if has_one else ""
