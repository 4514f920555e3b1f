"""Templates: wording under a name; drafts, versions, and what comes out of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from providers.admin.by_channel import ChannelFilter, cards
from providers.channels.base import UnknownChannel
from templates_app import editing, publishing, uses
from templates_app.admin import told_uses
from templates_app.admin.comparison import VERSIONS
from templates_app.admin.forms import TemplateForm
from templates_app.admin.pages import TemplatePages
from templates_app.admin.writing import language_of, of_form, told_languages
from templates_app.kinds import DOCUMENT, kind, kinds
from templates_app.models import Template
from tenants.admin.audited import user_of
from tenants.admin.choices import Choice
from tenants.admin.steps import step

_PURPOSES = {
    Template.Purpose.TEMPLATE: gettext_lazy("A template: what requests name"),
    Template.Purpose.LAYOUT: gettext_lazy("A layout: what is put around templates"),
    Template.Purpose.PARTIAL: gettext_lazy("A partial: a piece that templates call"),
}


def _cards(purpose: Template.Purpose) -> list[Choice]:
    offered = [*cards(), _document_card()]
    return [replace(one, url=f"{one.url}&purpose={purpose}") for one in offered]


def _document_card() -> Choice:
    text = gettext_lazy("A page that is made a PDF and goes along with a mail.")
    return Choice(kind(DOCUMENT).label, text, f"?channel={DOCUMENT}", "picture_as_pdf")


class KindFilter(ChannelFilter):
    """Templates for one channel, or of documents."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(one.code, one.label) for one in kinds()]


def _language(request: HttpRequest, obj: Template | None) -> str:
    return language_of(request, obj) if obj else ""


def _has_draft(obj: Template) -> bool:
    return editing.open_draft(obj) is not None


@admin.register(Template)
class TemplatesAdmin(TemplatePages):
    """What is saved is a draft; what was published is sent, and never changes."""

    form = TemplateForm
    list_display = (
        *("name", "purpose", "shown_channel", "version"),
        *("description", "updated_at"),
    )
    list_filter = ("purpose", KindFilter)
    search_fields = ("name", "description")
    list_select_related = ("published",)
    change_form_template = "admin/notify/template_form.html"
    steps = ("publish", "discard")
    draft_note = gettext_lazy(
        "It is saved as a draft: nothing is sent with it before you publish it."
    )
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
                    "groups": [
                        (_PURPOSES[purpose], _cards(purpose))
                        for purpose in Template.Purpose
                    ],
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

    def _purpose(self, request: HttpRequest, obj: Template | None) -> str:
        if obj is not None:
            return obj.purpose
        asked = request.GET.get("purpose", str(Template.Purpose.TEMPLATE))
        if asked not in Template.Purpose.values:
            raise Http404
        return asked

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, fields=TemplateForm.Meta.fields)
        told = {
            "channel_code": self._channel(request, obj),
            "purpose": self._purpose(request, obj),
            "language": _language(request, obj),
        }
        return type(made.__name__, (made,), told)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        what = kind(self._channel(request, obj))
        whole = self._purpose(request, obj) == Template.Purpose.TEMPLATE
        texts = ["subject", "body"] if whole and what.has_subject else ["body"]
        named = ("name", "description", "locale")
        language = _language(request, obj)
        if language and self.has_change_permission(request, obj):
            title = _("Words in %(language)s") % {"language": language}
            return ((title, {"fields": texts}),)
        if obj is not None and not self.has_change_permission(request, obj):
            told = (*named, "purpose", "shown_channel", "version")
            return (
                (None, {"fields": told}),
                (_("Wording"), {"fields": [f"published_{one}" for one in texts]}),
            )
        settings = [
            *(["body_type"] if what.code != DOCUMENT else []),
            *(["layout"] if whole else []),
            "engine",
        ]
        return (
            (None, {"fields": named}),
            (_("Wording"), {"fields": (*texts, *settings)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = ("shown_channel", "version", "published_subject", "published_body")
        return ("purpose", *told) if obj is not None else ()

    def is_draft(self, obj: Any) -> bool:
        return _has_draft(obj)

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
            people = obj.versions.select_related("created_by", "published_by")
            context["versions"] = [
                (one, self.url("roll_back", obj.pk, one.number))
                for one in people.defer("subject", "body")[:VERSIONS]
            ]
            context["preview_url"] = self.url("preview", obj.pk)
            context["compare_url"] = self.url("compare", obj.pk)
            context.update(told_languages(obj, _language(request, obj)))
            context["may_change"] = self.has_change_permission(request, obj)
            found = uses.of(obj)
            context["uses"], context["uses_told"] = found, told_uses.sentence(found)
        if self._writes(request, obj):
            form = context["adminform"].form
            context["params"] = of_form(form)
            context["look_url"] = self._look_url(request, obj)
            context.setdefault(
                "made_of", "html" if form.channel_code == DOCUMENT else ""
            )
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _writes(self, request: HttpRequest, obj: Template | None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)

    def _look_url(self, request: HttpRequest, obj: Template | None) -> str:
        """Whom the page asks while somebody writes, in the same language or kind."""
        url = self.url("look", obj.pk) if obj else self.url("look_new")
        return f"{url}?{request.GET.urlencode()}"

    # --- Steps ---

    @step(
        gettext_lazy("Publish the draft"),
        ask=told_uses.before_publishing,
        icon="publish",
        when=_has_draft,
    )
    def publish(self, request: HttpRequest, obj: Template) -> str:
        version = publishing.publish(obj, author=user_of(request))
        self.audit(request, "changed", obj)
        return _("Version %(number)s is published.") % {"number": version.number}

    @step(
        gettext_lazy("Discard the draft"),
        ask=gettext_lazy("What was changed since the last version is lost."),
        icon="delete",
        danger=True,
        when=lambda obj: obj.published_id is not None and _has_draft(obj),
    )
    def discard(self, request: HttpRequest, obj: Template) -> str:
        publishing.discard_draft(obj)
        self.audit(request, "changed", obj)
        return _("The draft is gone; what is published stays.")

    # --- Columns ---

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Template) -> str:
        return str(kind(obj.channel).label)

    @display(description=gettext_lazy("version"))
    def version(self, obj: Template) -> str:
        return str(obj.published.number) if obj.published else _("draft")

    @display(description=gettext_lazy("subject"))
    def published_subject(self, obj: Template) -> str:
        return obj.published.subject if obj.published else ""

    @display(description=gettext_lazy("text"))
    def published_body(self, obj: Template) -> str:
        return obj.published.body if obj.published else ""
