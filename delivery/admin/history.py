"""The timeline of one notification: the call, its duplicates, what became of it, who
was told; and how long its content is there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from callbacks.models import Callback
from delivery import reasons
from delivery.models import Notification, Repeat
from delivery.telling import Told

_MOST = 50


def whole(
    notification: Notification, messages: Collection[UUID], entries: Sequence[Told]
) -> list[Told]:
    """The ledger's entries, and what else happened, in order; two queries."""
    others = [*_duplicates(notification), *_callbacks(notification, messages)]
    return [_begun(notification), *sorted([*entries, *others], key=lambda one: one.at)]


def _begun(notification: Notification) -> Told:
    """By a call, or by somebody who had an earlier one sent again."""
    at, again = notification.created_at, notification.resent_of
    if again is None:
        words = _("The call came in.")
        return Told(at, "", words, reasons.asked_by(notification), "default")
    page = reverse("admin:delivery_notification_change", args=[again])
    words = _("Somebody had an earlier one sent again; its history says who.")
    return Told(at, "", words, "", "default", page)


def _duplicates(notification: Notification) -> list[Told]:
    """Equal calls, which this notification answered."""
    mine = Repeat.for_tenant(notification.tenant_id).filter(notification=notification)
    words = _("The same call came once more: it was answered, and nothing was sent.")
    return [
        Told(one.at, "", words, one.correlation_id, "warning")
        for one in mine.order_by("at")[:_MOST]
    ]


def _callbacks(notification: Notification, messages: Collection[UUID]) -> list[Told]:
    """What the tenant's own programs were told."""
    mine = Callback.for_tenant(notification.tenant_id)
    about = mine.filter(subject__in=[notification.id, *messages])
    found = about.select_related("endpoint").order_by("created_at")[:_MOST]
    return [_told(one) for one in found]


def _told(one: Callback) -> Told:
    words, kind = {
        "delivered": (_("A program of yours was told."), "success"),
        "failed": (_("A program of yours could not be told."), "danger"),
        "dead": (_("A program of yours could not be told."), "danger"),
    }.get(one.state, (_("A program of yours is being told."), "info"))
    answer = f"HTTP {one.http_status}" if one.http_status else one.error
    detail = ", ".join(filter(None, (one.type, str(one.endpoint), answer)))
    page = reverse("admin:callbacks_callback_change", args=[one.pk])
    return Told(one.finished_at or one.created_at, "", words, detail, kind, page)


def kept(notification: Notification) -> dict[str, Any]:
    """Until when its content is there, or since when it is gone."""
    gone: datetime | None = notification.content_deleted_at
    days = notification.tenant.content_retention_days
    return {
        "content_deleted_at": gone,
        "content_until": notification.created_at + timedelta(days=days),
    }
