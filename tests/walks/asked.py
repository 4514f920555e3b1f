"""What the admin's lists are asked for, by those who measure what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Model
from django.urls import reverse

from tests.bench.rows import ADDRESS, CORRELATION, RARE_EVENT
from tests.walks.test_admin_walk import named, scoped_models

# Tables that have millions of rows; all others have as many as a person made.
BIG = (
    *("delivery_notification", "delivery_message", "delivery_recipient"),
    *("delivery_notificationtag", "delivery_receivedtext", "delivery_dailycount"),
    *("callbacks_callback", "tenants_refusedcall", "tenants_auditentry"),
    *("recipients_suppression", "recipients_subscription"),
)
# What people look for, by the model's name.
ASKED: dict[str, list[dict[str, str]]] = {
    "notification": [
        *({"q": CORRELATION}, {"q": ADDRESS}, {"status": "failed"}),
        *({"event_type": RARE_EVENT}, {"channel": "sms"}),
        {"created_at__gte": "2026-03-01"},
    ],
    "refusedcall": [{"q": CORRELATION}, {"status": "422"}],
    "callback": [
        {"q": "0199c1f0-3c55-7d80-9b1e-0242ac120002"},
        {"state": "failed"},
        {"type": "message.failed"},
    ],
    "receivedtext": [{"q": "7787001234"}, {"wish": "stop"}],
    "suppression": [{"q": ADDRESS}, {"reason": "stopped"}],
    "auditentry": [{"at__gte": "2026-03-01"}],
    "subscription": [{"q": ADDRESS}, {"status": "confirmed"}],
}


def asked_of_each() -> Iterator[tuple[type[Model], dict[str, str]]]:
    """Each list of a tenant's rows, plain and as people search and narrow it."""
    for model in scoped_models():
        for asked in ({}, *ASKED.get(str(model._meta.model_name), [])):
            yield model, asked


def pages() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of each of these lists, and the dashboard's; what it is asked."""
    for model, asked in asked_of_each():
        yield named(model, "changelist"), asked
    yield reverse("admin:index"), {}
