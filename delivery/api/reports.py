"""GET /reports/daily and /reports/daily.csv: how many messages, parted as one asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from delivery import exporting, reporting
from delivery.api import shapes
from delivery.reporting import Asked
from notify_project.api.downloads import csv_file
from notify_project.api.queries import known
from notify_project.errors import Invalid, InvalidChoice
from providers.channels.base import channel, channels
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires

_DAY = {"type": "string", "format": "date"}
_KEPT = ("channel", "eventType", "template", "provider", "status", "statistics")
_PARAMETERS = [
    OpenApiParameter(name, kind, description=text, enum=words)
    for name, kind, text, words in (
        (
            "startDate",
            _DAY,
            _lazy("The first day (UTC). Without it, 30 days are told."),
            None,
        ),
        ("endDate", _DAY, _lazy("The last day (UTC). Without it, today."), None),
        (
            "groupBy",
            str,
            _lazy(
                "What counts are parted by, with commas: day, channel, eventType, "
                "template, provider, status, statistics."
            ),
            None,
        ),
        (
            "channel",
            str,
            _lazy("Only this channel."),
            [one.code for one in channels()],
        ),
        ("eventType", str, _lazy("Only this event type, by its short name."), None),
        ("template", str, _lazy("Only this template, by its name."), None),
        ("provider", str, _lazy("Only this provider, such as email.smtp."), None),
        ("status", str, _lazy("Only this status."), reporting.STATUSES),
        (
            "statistics",
            str,
            _lazy("Only this statistics status."),
            reporting.STATISTICS,
        ),
        (
            "test",
            bool,
            _lazy("true counts what test keys have sent, and nothing else."),
            None,
        ),
    )
]
_NAMES = [one.name for one in _PARAMETERS]
_WORDS = {"status": reporting.STATUSES, "statistics": reporting.STATISTICS}
_SWITCH = {"": False, "false": False, "0": False, "true": True, "1": True}


class DailyReport(TenantView):
    """Counts of the tenant's messages."""

    permission_classes = [requires("read")]

    @extend_schema(
        operation_id="reportDaily",
        summary=_lazy("Count messages by day, channel, status and more"),
        parameters=_PARAMETERS,
        responses=shapes.ReportSerializer,
        tags=["Reports"],
    )
    def get(self, request: Request) -> Response:
        """Messages by the day (UTC) on which they were accepted; kept for ever."""
        asked = _asked(request)
        found = reporting.report(caller_of(request).tenant, asked)
        rows = [
            {**dict(zip(asked.parts, cells, strict=True)), "count": count}
            for cells, count in found.rows
        ]
        return Response(
            {
                "startDate": asked.first.isoformat(),
                "endDate": asked.last.isoformat(),
                "groupBy": list(asked.parts),
                "data": rows,
                "totals": found.totals,
            }
        )


class DailyCsv(TenantView):
    """The same as CSV, streamed."""

    permission_classes = [requires("read")]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Who asks for text/csv gets it, though only errors go through a renderer."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="reportDailyCsv",
        summary=_lazy("The same as CSV"),
        parameters=_PARAMETERS,
        responses={(200, "text/csv"): OpenApiTypes.STR},
        tags=["Reports"],
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """One line for each row; without groupBy, by everything that there is."""
        asked = _asked(request, usual=reporting.PARTS)
        rows = reporting.stream(caller_of(request).tenant, asked)
        return csv_file(exporting.lines(asked.parts, rows), name=asked.file_name)


def _asked(request: Request, *, usual: tuple[str, ...] = ()) -> Asked:
    given = known(request, *_NAMES)
    wanted = {name: given[name] for name in _KEPT if given.get(name)}
    if "channel" in wanted:
        wanted["channel"] = channel(wanted["channel"], field="channel").code
    for name, words in _WORDS.items():
        if name in wanted and wanted[name] not in words:
            raise InvalidChoice(
                _("%(field)s must be one of: %(known)s.")
                % {"field": name, "known": ", ".join(words)},
                field=name,
            )
    parts = [one.strip() for one in given.get("groupBy", "").split(",") if one.strip()]
    return reporting.asked(
        _day(given, "startDate"),
        _day(given, "endDate"),
        parts=parts or usual or reporting.USUAL_PARTS,
        wanted=wanted,
        test=_switch(given, "test"),
    )


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "")
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(
            _("%(field)s is not a day. Write it as 2026-06-25.") % {"field": name},
            field=name,
            code="invalid_time",
        )
    return found


def _switch(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name, "").lower()
    if text not in _SWITCH:
        raise Invalid(
            _("%(name)s is either true or false.") % {"name": name}, field=name
        )
    return _SWITCH[text]
