"""From test to production in the admin: designs out as one file, and in from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.admin import bundle_words
from events.bundles import carrying, file
from events.errors import InvalidBundle
from notify_project.errors import FieldError, NotifyError
from notify_project.queue.writing import writing
from tenants import auditing
from tenants.admin import telling
from tenants.admin.audited import user_of
from tenants.admin.base import TenantAdmin
from tenants.admin.choosing_file import FileForm
from tenants.admin.marking import mark
from tenants.models import Tenant

# What is looked at comes back with the page; more than that is for the command.
_MOST_BYTES = 4_000_000
KINDS: Mapping[str, str | Promise] = {
    "images": gettext_lazy("Image"),
    "templates": gettext_lazy("Template"),
    "eventTypes": gettext_lazy("Event type"),
}


class BundlePages(TenantAdmin):
    """Two pages beside the list of event types."""

    change_list_template = "admin/notify/event_type_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("export/", view(self.export_view), name="events_eventtype_export"),
            path("import/", view(self.import_view), name="events_eventtype_import"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        place = self.workplace(request).tenant is not None
        ways = {
            "export_url": place and self.url("export"),
            "import_url": place
            and self.allows(request, "change")
            and self.url("import"),
        }
        return super().changelist_view(request, {**ways, **(extra_context or {})})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """All that is published, as a file to be kept or taken over elsewhere."""
        tenant = self._tenant(request, "view")
        text = file.written(carrying.of(tenant))
        answer = HttpResponse(text, content_type="application/json")
        name = f"{slugify(tenant.slug)}-designs.json"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; look at what differs; take it over."""
        tenant = self._tenant(request, "change")
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        if request.method != "POST":
            return self._page(request)
        wishes = "take_over" in request.POST
        try:
            data = _given(request)
            wanted = file.read(data)
            if wishes and (done := _take_over(request, tenant, wanted)) is not None:
                text = _("%(count)s designs were taken over. They are published.")
                messages.success(request, text % {"count": done})
                return HttpResponseRedirect(self.url("changelist"))
        except NotifyError as refusal:
            return self._page(request, problems=telling.sentences(refusal))
        looked = _looked(tenant, wanted)
        return self._page(request, **looked, text=data.decode(), changed_since=wishes)

    def _page(self, request: HttpRequest, **context: object) -> HttpResponse:
        return self.page(
            request,
            "admin/notify/designs_import.html",
            {
                "title": _("Take designs over from a file"),
                "file_form": FileForm(accept="application/json,.json"),
                "back_url": self.url("changelist"),
                **context,
            },
        )

    def _tenant(self, request: HttpRequest, action: str) -> Tenant:
        """Designs are of one tenant: operators above all choose one first."""
        tenant = self.workplace(request).tenant
        if tenant is None or not self.allows(request, action):
            raise PermissionDenied
        return tenant


def _take_over(request: HttpRequest, tenant: Tenant, wanted: file.Bundle) -> int | None:
    """How many designs were; None where somebody looked at another difference than
    there is now."""
    person = user_of(request)
    with writing():
        if request.POST.get("seen") != mark(carrying.compare(tenant, wanted)):
            return None
        done = carrying.take_over(tenant, wanted, author=person)
        for word, row in done:
            auditing.record(person, word, row, tenant=tenant)
    return len(done)


def _looked(tenant: Tenant, wanted: file.Bundle) -> dict[str, object]:
    """What differs, each with why it cannot be taken over yet."""
    differences = carrying.compare(tenant, wanted)
    troubles = carrying.troubles(tenant, wanted)
    shown = [
        {
            "kind": KINDS[one.kind],
            "one": one,
            "troubles": _sentences(troubles.get((one.kind, one.name), ())),
            "changes": [
                (bundle_words.label(name), lines) for name, lines in one.changes.items()
            ],
        }
        for one in differences
    ]
    return {
        "looked": True,
        "differences": shown,
        "hindered": bool(troubles),
        "seen": mark(differences),
    }


def _sentences(errors: Sequence[FieldError]) -> Sequence[str]:
    return telling.sentences(InvalidBundle("", errors=errors)) if errors else ()


def _given(request: HttpRequest) -> bytes:
    """The file that was chosen, or the one that was looked at. Raises InvalidBundle."""
    chosen = request.FILES.get("file")
    if chosen is None:
        return request.POST.get("text", "").encode()
    if (chosen.size or 0) > _MOST_BYTES:
        raise InvalidBundle(
            _("The file has more than 4 MB. manage.py import_designs takes it.")
        )
    return bytes(chosen.read())
