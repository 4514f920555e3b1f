"""The pages of one template: its preview, and going back to an older version."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from notify_project.errors import NotifyError
from notify_project.observability.framed import download, framed_html
from templates_app import editing, publishing, showing
from templates_app.admin.comparison import VERSIONS
from templates_app.admin.writing import WritingPages
from templates_app.kinds import DOCUMENT
from templates_app.models import Template, TemplateVersion
from tenants.admin import telling
from tenants.admin.json_field import read_object


class TemplatePages(WritingPages):
    """Beside the form."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<path:object_id>/roll-back/<int:number>/",
                self.admin_site.admin_view(self.roll_back_view),
                name="templates_app_template_roll_back",
            ),
            path(
                "<path:object_id>/preview/",
                self.admin_site.admin_view(self.preview_view),
                name="templates_app_template_preview",
            ),
            path(
                "<path:object_id>/preview/<int:number>/html/",
                self.admin_site.admin_view(self.html_view),
                name="templates_app_template_preview_html",
            ),
            path(
                "<path:object_id>/preview/<int:number>/pdf/",
                self.admin_site.admin_view(self.pdf_view),
                name="templates_app_template_preview_pdf",
            ),
        ]
        return [*own, *super().get_urls()]

    def roll_back_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        """An older version is sent again."""
        template: Template = self.get_object(request, object_id)
        if request.method != "POST":
            return HttpResponseRedirect(self.url("change", template.pk))
        if not self.has_change_permission(request, template):
            raise PermissionDenied
        try:
            publishing.roll_back(template, number)
        except NotifyError as refusal:
            telling.tell(request, refusal)
        else:
            self.audit(request, "changed", template)
            text = _("Version %(number)s is sent again.") % {"number": number}
            messages.success(request, text)
        return HttpResponseRedirect(self.url("change", template.pk))

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What comes out of a version with the sample values; POST keeps new ones."""
        template = self._viewed(request, object_id)
        samples = json.dumps(template.sample_params, indent=2, ensure_ascii=False)
        if request.method == "POST":
            samples = request.POST.get("params", "")
            if self._keep_sample(request, template, samples):
                return HttpResponseRedirect(request.get_full_path())
        version = _version(template, request.GET.get("version", ""))
        language = request.GET.get("language", "")
        html_url = self.url("preview_html", template.pk, version.number)
        return self.page(
            request,
            "admin/notify/template_preview.html",
            {
                "title": _("Preview"),
                "object": template,
                "version": version,
                "versions": template.versions.defer("body", "subject")[:VERSIONS],
                "shown": showing.show(version, template.sample_params, language),
                "samples": samples,
                "may_change": self.has_change_permission(request, template),
                "html_url": f"{html_url}?{urlencode({'language': language})}",
                "pdf_url": self._pdf_url(template, version),
                "back_url": self.url("change", template.pk),
            },
        )

    def html_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        """The rendered HTML alone, for the frame."""
        template = self._viewed(request, object_id)
        version = _version(template, str(number))
        language = request.GET.get("language", "")
        shown = showing.show(version, template.sample_params, language)
        return framed_html(shown.texts.get("body", "") if shown.is_html else "")

    def _pdf_url(self, template: Template, version: TemplateVersion) -> str:
        if template.channel != DOCUMENT:
            return ""
        return self.url("preview_pdf", template.pk, version.number)

    def pdf_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        """The document as it would go along; back to the preview if it cannot be."""
        template = self._viewed(request, object_id)
        version = _version(template, str(number))
        if template.channel != DOCUMENT:
            raise Http404
        try:
            page = showing.printed(version, template.sample_params)
        except NotifyError as refusal:
            telling.tell(request, refusal)
            back = self.url("preview", template.pk)
            return HttpResponseRedirect(f"{back}?version={number}")
        name = f"{template.name}.pdf"
        return download(page, name=name, content_type="application/pdf")

    def _viewed(self, request: HttpRequest, object_id: str) -> Template:
        template: Template = self.get_object(request, object_id)
        if not self.has_view_permission(request, template):
            raise PermissionDenied
        return template

    def _keep_sample(self, request: HttpRequest, template: Template, text: str) -> bool:
        if not self.has_change_permission(request, template):
            raise PermissionDenied
        try:
            showing.keep_sample(template, read_object(text, _("Sample values")))
        except NotifyError as refusal:
            telling.tell(request, refusal)
            return False
        self.audit(request, "changed", template)
        return True


def _version(template: Template, number: str) -> TemplateVersion:
    """The version of that number, else the draft, else the published one; or 404."""
    found = editing.newest(template)
    if number:
        wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
        found = template.versions.filter(number=wanted).first()
    if found is None:
        raise Http404
    return found
