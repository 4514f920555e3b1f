"""People in and out as CSV: a button that saves the file, and a page that takes one.

The page shows first what a file would change; what was looked at is then applied, all
of it or nothing. Both stand in the audit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify_project.api.downloads import csv_file
from notify_project.api.spreadsheets import Problem
from notify_project.errors import Malformed, NotifyError
from notify_project.queue.writing import writing
from tenants import auditing
from tenants.admin.audited import user_of
from tenants.admin.base import TenantAdmin
from tenants.admin.choosing_file import FileForm
from tenants.admin.marking import mark
from tenants.admin.steps import step

# What is looked at comes back with the page.
_MOST_BYTES = 1_000_000
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what a file would change, or what is wrong with it; `more` are left out
    of what is shown."""

    title: str | Promise
    rows: Sequence[str]
    more: int

    @classmethod
    def of(cls, title: str | Promise, rows: Sequence[str]) -> Part:
        return cls(title, rows[:_SHOWN], max(0, len(rows) - _SHOWN))


class PeopleFile(Protocol):
    """What a file is to a row that has people."""

    columns: Sequence[str]
    about: str | Promise
    asks_for_yes: bool

    def is_for(self, obj: Any) -> bool:
        """Whether its people are kept here, and not by another system."""

    def lines(self, obj: Any) -> Iterator[str]:
        """The people as a file."""

    def compare(self, obj: Any, data: bytes) -> Any:
        """What a file would change: `is_empty`, `same`, `problems`; may be refused."""

    def parts(self, difference: Any) -> Sequence[Part]:
        """What would be changed, to be read."""

    def apply(self, obj: Any, difference: Any, *, confirmed: bool) -> None:
        """Change it."""

    def counts(self, difference: Any) -> Mapping[str, object]:
        """What of it the audit keeps: numbers, never people."""


class CsvPages(TenantAdmin):
    """Of a row that has people."""

    change_form_template = "admin/notify/csv_form.html"
    people_file: PeopleFile

    def get_urls(self) -> list[URLPattern]:
        names = self.opts
        own = path(
            "<path:object_id>/csv/",
            self.admin_site.admin_view(self.csv_view),
            name=f"{names.app_label}_{names.model_name}_csv",
        )
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        obj = context.get("original")
        if obj is not None and self._takes(request, obj):
            context["csv_url"] = self.url("csv", obj.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    @step(gettext_lazy("Save as CSV"), icon="download")
    def save_csv(self, request: HttpRequest, obj: Any) -> HttpResponseBase:
        """By who may change it only: it is everybody at once. The audit says who."""
        auditing.record(user_of(request), "exported", obj, tenant=obj.tenant, after={})
        name = f"{self.opts.model_name}-{obj.pk}.csv"
        return csv_file(self.people_file.lines(obj), name=name)

    def csv_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose a file; look at what it would change; apply it."""
        obj = self.get_object(request, object_id)
        if not self._takes(request, obj):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        if request.method != "POST":
            return self._csv_page(request, obj)
        try:
            data = _given(request)
            with writing():
                difference = self.people_file.compare(obj, data)
                if self._is_agreed(request, difference):
                    return self._applied(request, obj, difference)
        except NotifyError as refusal:
            return self._csv_page(request, obj, refusals=[refusal.message])
        return self._csv_page(request, obj, **self._shown(request, data, difference))

    def _takes(self, request: HttpRequest, obj: Any) -> bool:
        return self.has_change_permission(request, obj) and self.people_file.is_for(obj)

    def _is_agreed(self, request: HttpRequest, difference: Any) -> bool:
        """Whether just this was looked at, and somebody said yes."""
        seen = request.POST.get("seen") == mark(difference)
        whole = not difference.problems and not difference.is_empty
        return "apply" in request.POST and seen and whole

    def _applied(
        self, request: HttpRequest, obj: Any, difference: Any
    ) -> HttpResponseRedirect:
        confirmed = self.people_file.asks_for_yes and request.POST.get("yes") == "there"
        self.people_file.apply(obj, difference, confirmed=confirmed)
        counts = dict(self.people_file.counts(difference))
        if self.people_file.asks_for_yes:
            counts["confirmed"] = confirmed
        person = user_of(request)
        auditing.record(person, "imported", obj, tenant=obj.tenant, after=counts)
        messages.success(request, _("The file is applied."))
        return HttpResponseRedirect(self.url("change", obj.pk))

    def _shown(
        self, request: HttpRequest, data: bytes, difference: Any
    ) -> dict[str, object]:
        changed_since = "apply" in request.POST and not difference.problems
        return {
            "looked": True,
            "changed_since": changed_since and not difference.is_empty,
            "text": data.decode("utf-8-sig"),
            "seen": mark(difference),
            "parts": [one for one in self.people_file.parts(difference) if one.rows],
            "problems": Part.of("", [_told(one) for one in difference.problems]),
            "same": difference.same,
            "may_apply": not difference.problems and not difference.is_empty,
        }

    def _csv_page(self, request: HttpRequest, obj: Any, **more: object) -> HttpResponse:
        return self.page(
            request,
            "admin/notify/csv_import.html",
            {
                "title": _("Take people over from a CSV file"),
                "object": obj,
                "about": self.people_file.about,
                "file_form": FileForm(accept="text/csv,.csv,.txt"),
                "columns": ", ".join(self.people_file.columns),
                "asks_for_yes": self.people_file.asks_for_yes,
                "back_url": self.url("change", obj.pk),
                **more,
            },
        )


def _given(request: HttpRequest) -> bytes:
    """The file that was chosen, or the one that was looked at. Raises Malformed."""
    chosen = request.FILES.get("file")
    if chosen is None:
        text = request.POST.get("text", "")
        if not text:
            raise Malformed(_("Choose a file first."))
        return text.encode()
    if (chosen.size or 0) > _MOST_BYTES:
        raise Malformed(_("The file has more than 1 MB."))
    return bytes(chosen.read())


def _told(problem: Problem) -> str:
    return _("Line %(line)s: %(message)s") % {
        "line": problem.line,
        "message": problem.message,
    }
