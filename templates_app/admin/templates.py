"""Templates: wording under a name, its versions, and what comes out of it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from notify_project.api.strict_json import parse_object
from notify_project.errors import NotifyError
from notify_project.observability.framed import download, framed_html
from providers.admin.by_channel import ChannelFilter, cards
from providers.channels.base import UnknownChannel
from templates_app import editing, showing
from templates_app.admin.forms import TemplateForm
from templates_app.kinds import DOCUMENT, kind, kinds
from templates_app.models import Template, TemplateVersion
from tenants.admin.base import TenantAdmin
from tenants.admin.choices import Choice

_VERSIONS = 50


class KindFilter(ChannelFilter):
    """Templates for one channel, or of documents."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(one.code, one.label) for one in kinds()]


@admin.register(Template)
class TemplatesAdmin(TenantAdmin):
    """Each save of changed wording is a new version; what was sent stays as it was."""

    form = TemplateForm
    list_display = ("name", "shown_channel", "version", "description", "updated_at")
    list_filter = (KindFilter,)
    search_fields = ("name", "description")
    list_select_related = ("published",)
    change_form_template = "admin/notify/template_form.html"
    empty_title = gettext_lazy("No templates yet")
    empty_text = gettext_lazy(
        "A template is wording under a name: requests send the name and the values. "
        "Write one, and see it rendered before anybody gets it."
    )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """First ask for which channel: the fields depend on it."""
        if self.has_add_permission(request) and not request.GET.get("channel"):
            return self.page(
                request,
                "admin/notify/choose.html",
                {
                    "title": _("Write a template: for which channel?"),
                    "groups": [("", [*cards(), _document_card()])],
                },
            )
        return super().add_view(request, form_url, extra_context)

    def _channel(self, request: HttpRequest, obj: Template | None) -> str:
        if obj is not None:
            return obj.channel
        try:
            return kind(request.GET.get("channel", "")).code
        except UnknownChannel:
            raise Http404 from None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, fields=TemplateForm.Meta.fields)
        return type(
            made.__name__, (made,), {"channel_code": self._channel(request, obj)}
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = [one.name for one in kind(self._channel(request, obj)).content_fields]
        texts = [name for name in ("subject", "body") if name in names]
        if obj is not None and not self.has_change_permission(request, obj):
            return (
                (
                    None,
                    {
                        "fields": (
                            *("name", "description", "locale"),
                            *("shown_channel", "version"),
                        )
                    },
                ),
                (_("Wording"), {"fields": [f"published_{one}" for one in texts]}),
            )
        return (
            (None, {"fields": ("name", "description", "locale")}),
            (
                _("Wording"),
                {"fields": (*texts, *_settings(self._channel(request, obj)))},
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = ("shown_channel", "version", "published_subject", "published_body")
        return told if obj is not None else ()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        editing.delete(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its use is asked of the database when it is deleted, not listed before."""
        return [str(one) for one in objs], {}, set(), []

    def audit_snapshot(self, obj: Any) -> dict[str, object]:
        """With the number of the version, which tells what the wording was."""
        return editing.snapshot(obj)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        if obj is not None:
            versions = obj.versions.select_related("created_by").defer("body")
            context["versions"] = versions[:_VERSIONS]
            context["preview_url"] = self.url("preview", obj.pk)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # --- Preview ---

    def get_urls(self) -> list[URLPattern]:
        own = [
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

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What comes out of a version with the sample values; POST keeps new ones."""
        template = self._viewed(request, object_id)
        samples = json.dumps(template.sample_params, indent=2, ensure_ascii=False)
        if request.method == "POST":
            samples = request.POST.get("params", "")
            if self._keep_sample(request, template, samples):
                return HttpResponseRedirect(request.get_full_path())
        version = _version(template, request.GET.get("version", ""))
        return self.page(
            request,
            "admin/notify/template_preview.html",
            {
                "title": _("Preview"),
                "object": template,
                "version": version,
                "versions": template.versions.defer("body", "subject")[:_VERSIONS],
                "shown": showing.show(version, template.sample_params),
                "samples": samples,
                "may_change": self.has_change_permission(request, template),
                "html_url": self.url("preview_html", template.pk, version.number),
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
        shown = showing.show(version, template.sample_params)
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
            messages.error(request, refusal.message)
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
            showing.keep_sample(template, parse_object((text or "{}").encode()))
        except NotifyError as refusal:
            messages.error(request, refusal.message)
            return False
        self.audit(request, "changed", template)
        return True

    # --- Columns ---

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Template) -> str:
        return str(kind(obj.channel).label)

    @display(description=gettext_lazy("version"))
    def version(self, obj: Template) -> str:
        return str(obj.published.number) if obj.published else "-"

    @display(description=gettext_lazy("subject"))
    def published_subject(self, obj: Template) -> str:
        return obj.published.subject if obj.published else ""

    @display(description=gettext_lazy("text"))
    def published_body(self, obj: Template) -> str:
        return obj.published.body if obj.published else ""


def _document_card() -> Choice:
    text = gettext_lazy("A page that is made a PDF and goes along with a mail.")
    return Choice(kind(DOCUMENT).label, text, f"?channel={DOCUMENT}", "picture_as_pdf")


def _settings(code: str) -> tuple[str, ...]:
    """A document is always HTML."""
    return ("engine",) if code == DOCUMENT else ("body_type", "engine")


def _version(template: Template, number: str) -> TemplateVersion:
    """The version of that number, else the published one; 404 if there is neither."""
    found: TemplateVersion | None = template.published
    if number:
        wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
        found = template.versions.filter(number=wanted).first()
    if found is None:
        raise Http404
    return found
