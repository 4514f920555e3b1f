"""What the form of a template tells while somebody writes: the params that the text
reads, the place of each mistake, and what comes out of it with the sample values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from notify_project.db.ids import read_id
from templates_app import editing, examining, languages, locales, showing
from templates_app.admin.comparison import ComparingPages
from templates_app.drafts import Draft, changed, draft_of
from templates_app.examining import Examined
from templates_app.models import Template

_TEXTS = ("subject", "body")
_SETTINGS = ("body_type", "engine")


class WritingPages(ComparingPages):
    """The page asks for it by itself; without scripts it is told when it is loaded."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.look_view)
        own = [
            path("look/", view, name="templates_app_template_look_new"),
            path("<path:object_id>/look/", view, name="templates_app_template_look"),
        ]
        return [*own, *super().get_urls()]

    def look_view(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        """POST what was typed: {"params", "mistakes"}, and with ?show=1 "shown"."""
        template = self._written(request, object_id)
        if request.method != "POST":
            return JsonResponse({}, status=405)
        language = language_of(request, template)
        draft = typed(template, request.POST, language)
        found = examining.examine(template, draft)
        told: dict[str, object] = {
            "params": listed(template, found),
            "mistakes": _places(found, language),
        }
        if request.GET.get("show"):
            told["shown"] = _shown(template, draft, language)
        answer = JsonResponse(told)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _written(self, request: HttpRequest, object_id: str) -> Template:
        """The template that is changed, or one that is not there yet."""
        if object_id:
            template: Template = self.get_object(request, object_id)
            if not self.has_change_permission(request, template):
                raise PermissionDenied
            return template
        tenant = self.workplace(request).tenant
        if tenant is None or not self.has_add_permission(request):
            raise PermissionDenied
        form: Any = self.get_form(request)  # it judges channel and purpose
        return Template(tenant=tenant, channel=form.channel_code, purpose=form.purpose)


def language_of(request: HttpRequest, template: Template) -> str:
    """Of ?language=: another one than the template's own, whose words are shown."""
    asked = request.GET.get("language", "")
    if not locales.is_tag(asked):
        return ""
    tag = locales.canonical(asked)
    return "" if tag == template.locale else tag


def told_languages(template: Template, language: str) -> dict[str, object]:
    """The languages that there are and that lack; beside one that is written, the
    template's own words."""
    version = editing.newest(template)
    if version is None:
        return {}
    return {
        "language": language,
        "languages": sorted(version.variants),
        "lacking": languages.lacking(template, version),
        "own_words": version if language else None,
        "made_of": version.body_type,
    }


def of_form(form: Any) -> list[dict[str, object]]:
    """The params of what stands in the form as the page is loaded."""
    values = {name: form[name].value() for name in form.fields}
    if not values.get("body"):
        return []
    template: Template = form.instance
    draft = typed(template, values, form.language)
    return listed(template, examining.examine(template, draft))


def typed(template: Template, values: Mapping[str, Any], language: str) -> Draft:
    """The draft as the form has it, in one of its languages."""
    version = editing.newest(template)
    kept = draft_of(version) if version else Draft()
    texts = {name: str(values.get(name) or "") for name in _TEXTS}
    if language:
        variants = {**kept.variants, language: texts}
        if not texts["body"].strip():  # as saving does: an empty one is none
            del variants[language]
        return changed(kept, variants=variants)
    settings = {name: str(values.get(name) or "") for name in _SETTINGS}
    layout = read_id(str(values.get("layout") or ""))
    return changed(kept, **texts, **settings, layout=layout)


def listed(template: Template, found: Examined) -> list[dict[str, object]]:
    """Each param, and whether the samples have a value for it."""
    samples = template.sample_params
    return [
        {"name": one, "sample": _first_name(one) in samples} for one in found.params
    ]


def _first_name(param: str) -> str:
    return param.partition(".")[0].removesuffix("[]")


def _places(found: Examined, language: str) -> list[dict[str, object]]:
    """By the form's fields; what is wrong elsewhere has none."""
    own = f"variants.{language}." if language else ""
    return [
        {
            "field": one.field.removeprefix(own) if one.field.startswith(own) else "",
            "message": one.message,
            "line": one.line,
            "column": one.column,
        }
        for one in found.mistakes
    ]


def _shown(template: Template, draft: Draft, language: str) -> dict[str, object]:
    version = examining.as_version(template, draft)
    shown = showing.show(version, template.sample_params, language)
    return {
        "texts": dict(shown.texts),
        "isHtml": shown.is_html,
        "problems": list(shown.problems),
    }
