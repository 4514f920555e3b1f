"""Reports: how many messages there were, and whether they arrived; also as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery import charting, dashboard, exporting, reasons, reporting
from delivery.models import DailyCount
from delivery.reporting import Asked
from notify_project.api import spreadsheets
from notify_project.api.downloads import csv_file
from notify_project.errors import Invalid
from providers.channels.base import channels
from tenants.admin.base import ReadOnlyAdmin
from tenants.models import Tenant

_LINES = 30  # of one table; the file has them all
# What a column of a table counts, and how its cells look.
COLUMNS: Mapping[str, str | Promise] = {
    "delivered": gettext_lazy("Arrived"),
    "failure": gettext_lazy("Did not arrive"),
    "requested": gettext_lazy("Not known yet"),
    "cancelled": gettext_lazy("Cancelled"),
}
HEADS: Mapping[str, str | Promise] = {
    "channel": gettext_lazy("Channel"),
    "day": gettext_lazy("Day (UTC)"),
    "eventType": gettext_lazy("Event type"),
    "template": gettext_lazy("Template"),
    "provider": gettext_lazy("Provider"),
}
_PARTS = tuple(HEADS)


class DaysForm(forms.Form):
    """The days of a report; an empty one says the last thirty."""

    first = forms.DateField(required=False)
    last = forms.DateField(required=False)

    def asked(self, parts: tuple[str, ...] = _PARTS) -> Asked:
        """Raises Invalid for what are no days, or too many."""
        if not self.is_bound:
            return reporting.asked(None, None, parts=parts)
        if not self.is_valid() or set(self.data) - set(self.fields):
            raise Invalid(_("These are no days."))
        given = self.cleaned_data
        return reporting.asked(given["first"], given["last"], parts=parts)


@admin.register(DailyCount)
class ReportsAdmin(ReadOnlyAdmin):
    """One page of a tenant's counts, in place of a list of rows."""

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "csv/",
            self.admin_site.admin_view(self.csv_view),
            name="delivery_dailycount_csv",
        )
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The tables of the days asked for; nonsense leads back with a sentence."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = DaysForm(request.GET or None)
        try:
            asked = form.asked()
        except Invalid as refusal:
            told = _("%(why)s The last 30 days are shown.") % {"why": refusal.message}
            messages.warning(request, told)
            return HttpResponseRedirect(request.path)
        context: dict[str, Any] = {"title": _("Reports"), "asked": asked}
        tenant = self.workplace(request).tenant
        if tenant is not None:
            query = f"?first={asked.first}&last={asked.last}"
            context["csv_url"] = f"{self.url('csv')}{query}"
            context.update(_told(tenant, asked))
        return self.page(request, "admin/notify/reports.html", context)

    def csv_view(self, request: HttpRequest) -> HttpResponseBase:
        """Everything of these days, for a spreadsheet."""
        tenant = self.workplace(request).tenant
        if tenant is None or not self.has_view_permission(request):
            raise Http404
        try:
            asked = DaysForm(request.GET or None).asked(reporting.PARTS)
        except Invalid:
            raise Http404 from None
        rows = reporting.stream(tenant, asked)
        lines = exporting.lines(asked.parts, rows)
        return csv_file(spreadsheets.marked(lines), name=asked.file_name)


def _told(tenant: Tenant, asked: Asked) -> dict[str, Any]:
    """Totals and tables; a table that has only one line without a name is left out."""
    found = reporting.overview(tenant, asked)
    whole: Counter[str] = Counter()
    for counts in found["channel"].values():
        whole.update(counts)
    tables = [
        {"head": head, "lines": _lines(name, found[name])}
        for name, head in HEADS.items()
        if any(found[name])
    ]
    return {
        "columns": COLUMNS.values(),
        "chart": charting.chart(
            dashboard.each_day(found["day"], asked.first, asked.last)
        ),
        "totals": [(words, whole[name]) for name, words in COLUMNS.items()],
        "tables": tables,
    }


def _lines(
    name: str, values: Mapping[str, Counter[str]]
) -> list[tuple[str, list[int]]]:
    """The newest days, or the values that were used most."""
    days = name == "day"
    order = sorted(
        values.items(),
        key=lambda one: one[0] if days else (one[1].total(), one[0]),
        reverse=True,
    )
    return [
        (_shown(name, value), [counts[each] for each in COLUMNS])
        for value, counts in order[:_LINES]
    ]


def _shown(name: str, value: str) -> str:
    if not value:
        return _("none")
    if name == "provider":
        return f"{reasons.provider(value)} ({value})"
    labels = {one.code: str(one.label) for one in channels()}
    return labels.get(value, value) if name == "channel" else value
