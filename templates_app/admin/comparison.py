"""The page that lays two versions of a template side by side."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from templates_app import comparing, editing
from templates_app.comparing import Change
from templates_app.models import Template, TemplateVersion
from tenants.admin.base import TenantAdmin

VERSIONS = 50


class ComparingPages(TenantAdmin):
    """Any two versions: by default what is sent, and the draft or what was before."""

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<path:object_id>/compare/",
            self.admin_site.admin_view(self.compare_view),
            name="templates_app_template_compare",
        )
        return [own, *super().get_urls()]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """?before=1&after=3, by their numbers."""
        template: Template = self.get_object(request, object_id)
        if not self.has_view_permission(request, template):
            raise PermissionDenied
        given = request.GET
        after = _of_number(template, given.get("after", "")) or editing.newest(template)
        if after is None:
            raise Http404
        before = _of_number(template, given.get("before", ""))
        before = before or _earlier(template, after)
        return self.page(
            request,
            "admin/notify/template_compare.html",
            {
                "title": _("What differs"),
                "object": template,
                "before": before,
                "after": after,
                "changes": _changes(before, after),
                "versions": template.versions.defer("body", "variants")[:VERSIONS],
                "back_url": self.url("change", template.pk),
            },
        )


def _of_number(template: Template, number: str) -> TemplateVersion | None:
    """None if none was asked for; 404 for one that there is not."""
    if not number:
        return None
    wanted = int(number) if number.isdecimal() and len(number) < 10 else 0
    found = template.versions.filter(number=wanted).first()
    if found is None:
        raise Http404
    return found


def _earlier(template: Template, after: TemplateVersion) -> TemplateVersion:
    """What is sent, beside a draft; else the version before, or itself."""
    if after.published_at is None and template.published is not None:
        return template.published
    earlier = template.versions.filter(number__lt=after.number)
    return earlier.order_by("-number").first() or after


def _changes(
    before: TemplateVersion, after: TemplateVersion
) -> list[tuple[str, Change]]:
    """With the names of the fields as people know them."""
    found = comparing.fields(_said(before), _said(after))
    return [(_name(one.name), one) for one in found]


def _said(version: TemplateVersion) -> dict[str, str]:
    texts = {"subject": version.subject, "body": version.body}
    for tag, words in sorted(version.variants.items()):
        texts[f"{tag} subject"] = words.get("subject", "")
        texts[f"{tag} body"] = words.get("body", "")
    layout = version.layout.name if version.layout else ""
    settings = {"body_type": version.body_type, "engine": version.engine}
    return {**texts, **settings, "layout": layout}


def _name(field: str) -> str:
    names = {
        "subject": _("Subject"),
        "body": _("Text"),
        "body_type": _("The text is"),
        "engine": _("Template language"),
        "layout": _("Layout"),
    }
    tag, _space, name = field.rpartition(" ")
    return f"{names[name]} ({tag})" if tag else names[name]
