"""GET /notify, GET /notify/{id}, cancel and reschedule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from delivery import changing, presenting, querying
from delivery.api import shapes
from delivery.errors import ContentHidden
from delivery.models import Content, LedgerEntry, Notification
from notify_project.api.pagination import PAGE, page
from notify_project.api.queries import known
from notify_project.db import clock
from notify_project.errors import Invalid
from providers.channels.base import channel, channels
from tenants.api import TenantView
from tenants.callers import Caller, caller_of
from tenants.errors import MissingScope
from tenants.models import Tenant
from tenants.permissions import requires

_FILTERS = [
    OpenApiParameter(name, kind, description=text, enum=words)
    for name, kind, text, words in (
        ("correlationId", str, _lazy("Exactly this correlation id."), None),
        ("status", str, _lazy("In this state."), querying.STATUSES),
        ("tag", str, _lazy("Carries this tag."), None),
        (
            "channel",
            str,
            _lazy("Has a message over this channel."),
            [one.code for one in channels()],
        ),
        ("eventType", str, _lazy("Of this event type."), None),
        (
            "startDate",
            str,
            _lazy("Accepted at or after this day or time (ISO 8601, UTC)."),
            None,
        ),
        (
            "endDate",
            str,
            _lazy("Accepted before this time, or on this day at the latest."),
            None,
        ),
    )
]
_OFFSET = re.compile(r"(T\S+) (\d\d:?\d\d)$")
_NAMES = [one.name for one in (*_FILTERS, *PAGE)]
_INCLUDE = OpenApiParameter(
    "include",
    str,
    enum=["content"],
    description=_lazy("`content` adds what was sent (scope content)."),
)


class Notifications(TenantView):
    """Search the tenant's notifications; cancel one by query."""

    permission_classes = [requires("read", DELETE="send")]

    @extend_schema(
        operation_id="searchNotifications",
        summary=_lazy("Search notifications"),
        parameters=[*_FILTERS, *PAGE],
        responses=shapes.NotificationsSerializer,
        tags=["Status"],
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        caller = caller_of(request)
        asked = known(request, *_NAMES)
        rows = querying.search(caller.tenant, **_wanted(asked))
        found = page(
            querying.with_messages(rows),
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{caller.tenant.id}:notifications",
        )
        return Response(found.body(presenting.summary))

    @extend_schema(
        operation_id="cancelNotificationByQuery",
        summary=_lazy("Cancel a notification, named in the query"),
        parameters=[OpenApiParameter("notifyId", UUID, required=True)],
        responses={200: shapes.CancelledSerializer},
        tags=["Status"],
    )
    def delete(self, request: Request) -> Response:
        """Cancel what has not left."""
        text = known(request, "notifyId").get("notifyId", "")
        try:
            notify_id = UUID(text)
        except ValueError:
            raise Invalid(
                _("notifyId is not an id. Give the notifyId of the 202 answer."),
                field="notifyId",
            ) from None
        return _cancel(caller_of(request), notify_id)


class OneNotification(TenantView):
    """One notification of the tenant."""

    permission_classes = [requires("send", GET="read")]

    @extend_schema(
        operation_id="getNotification",
        summary=_lazy("What became of a notification"),
        parameters=[_INCLUDE],
        responses=shapes.NotificationSerializer,
        tags=["Status"],
    )
    def get(self, request: Request, notify_id: UUID) -> Response:
        """What became of it, per channel and recipient, with its history."""
        caller = caller_of(request)
        asked = known(request, "include")
        found = querying.find_whole(caller.tenant, notify_id)
        history = LedgerEntry.for_tenant(caller.tenant).filter(
            message__notification=found
        )
        contents = _contents(asked, caller, found)
        return Response(
            presenting.whole(found, list(history.order_by("id")[:1000]), contents)
        )

    @extend_schema(
        operation_id="cancelNotification",
        summary=_lazy("Cancel a notification"),
        responses={200: shapes.CancelledSerializer},
        tags=["Status"],
    )
    def delete(self, request: Request, notify_id: UUID) -> Response:
        """Cancel what has not left."""
        return _cancel(caller_of(request), notify_id)

    @extend_schema(
        operation_id="changeNotification",
        summary=_lazy("Cancel or reschedule a notification"),
        request=shapes.NotificationChangeSerializer,
        responses=shapes.ChangedSerializer,
        tags=["Status"],
    )
    def patch(self, request: Request, notify_id: UUID) -> Response:
        """{"action": "cancel"}, or {"delayedSend": "2026-06-25T15:15:00Z"}."""
        caller = caller_of(request)
        wanted = shapes.NotificationChangeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        if wanted.validated_data.get("action") == "cancel":
            return _cancel(caller, notify_id)
        notification = querying.find(caller.tenant, notify_id)
        now = clock.now()
        due = wanted.validated_data["delayedSend"]
        _check_horizon(due, now, caller.tenant)
        counts = changing.reschedule(notification, due, now=now)
        notification.refresh_from_db(fields=["status", "scheduled_for"])
        return Response(presenting.changed(notification, counts.shown("rescheduled")))


def _cancel(caller: Caller, notify_id: UUID) -> Response:
    notification = querying.find(caller.tenant, notify_id)
    counts = changing.cancel(notification)
    notification.refresh_from_db(fields=["status", "scheduled_for"])
    return Response(presenting.changed(notification, counts.shown("cancelled")))


def _check_horizon(due: datetime, now: datetime, tenant: Tenant) -> None:
    if due > now + timedelta(days=tenant.max_delay_days):
        raise Invalid(
            _("delayedSend is more than %(days)s days ahead.")
            % {"days": tenant.max_delay_days},
            field="delayedSend",
            code="invalid_time",
        )


def _contents(
    asked: Mapping[str, str], caller: Caller, found: Notification
) -> list[Content]:
    wanted = asked.get("include", "")
    if wanted not in ("", "content"):
        raise Invalid(_("include can only be content."), field="include")
    if not wanted:
        return []
    if found.is_ours:
        raise ContentHidden(
            _("This is a mail of Notify's own; its content is for its recipient only.")
        )
    if "content" not in caller.scopes and found.key_type != "test":
        raise MissingScope(
            _("Seeing content needs the scope 'content', or a test key's call.")
        )
    return list(Content.for_tenant(caller.tenant).filter(notification=found))


def _wanted(asked: Mapping[str, str]) -> Mapping[str, Any]:
    code = asked.get("channel", "")
    return {
        "correlation_id": asked.get("correlationId", ""),
        "status": _status(asked.get("status", "")),
        "tag": asked.get("tag", ""),
        "channel": code and channel(code, field="channel").code,
        "event_type": asked.get("eventType", ""),
        "start": _moment(asked.get("startDate", ""), "startDate", end=False),
        "end": _moment(asked.get("endDate", ""), "endDate", end=True),
    }


def _status(text: str) -> str:
    if text and text not in querying.STATUSES:
        raise Invalid(
            _("status must be one of: %(known)s.")
            % {"known": ", ".join(querying.STATUSES)},
            field="status",
        )
    return text


def _moment(text: str, field: str, *, end: bool) -> datetime | None:
    """A day or a time; a day as the end means all of that day."""
    if not text:
        return None
    # An unescaped + before an offset arrives as a space.
    text = _OFFSET.sub(r"\1+\2", text)
    try:
        day = parse_date(text)
        if day:
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return moment + timedelta(days=1) if end else moment
        found = parse_datetime(text)
        if found:
            aware = found if found.tzinfo else found.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the sentence below says what a time looks like
    raise Invalid(
        _(
            "%(field)s is not a day or time. Write it as 2026-06-25 or as "
            "2026-06-25T15:15:00Z."
        )
        % {"field": field},
        field=field,
        code="invalid_time",
    )
