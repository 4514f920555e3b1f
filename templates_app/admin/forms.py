"""The form of a template: a name, which changes at once, and wording, as a draft."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.forms import Script
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from templates_app import editing
from templates_app.drafts import Draft, draft_of
from templates_app.engines import registry
from templates_app.errors import InvalidTemplate
from templates_app.kinds import DOCUMENT, kind
from templates_app.models import Template
from tenants.admin.forms import SharedForm
from tenants.models import User

WORDING = ("subject", "body", "body_type", "engine", "layout")
_TEXTS = ("subject", "body")
_BODY_TYPES = {
    "text": gettext_lazy("Plain text"),
    "html": gettext_lazy("HTML"),
    "markdown": gettext_lazy("Markdown"),
    "mjml": gettext_lazy("MJML"),
}


class TemplateForm(SharedForm):
    """Saves by editing.create or editing.change.

    `channel_code`, `purpose` and `language` are set by TemplatesAdmin.get_form. The
    step does the checking of engines: what is wrong is said with its line and column.
    """

    channel_code: ClassVar[str] = ""
    purpose: ClassVar[str] = Template.Purpose.TEMPLATE
    language: ClassVar[str] = ""  # another one than the template's own
    field_names = {"bodyType": "body_type", "renderer": "engine"}

    subject = forms.CharField(
        label=gettext_lazy("Subject"), strip=False, widget=UnfoldAdminTextInputWidget
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 16, "class": "notify-code"}),
        help_text=gettext_lazy(
            "{{name}} prints a parameter, {{#if name}} … {{/if}} shows a part only if "
            "it is given, {{#each rows}} … {{/each}} repeats it, {{> footer}} puts in "
            "the partial of that name."
        ),
    )
    body_type = forms.ChoiceField(
        label=gettext_lazy("The text is"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Layout"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("What is put around the text."),
    )
    engine = forms.ChoiceField(
        label=gettext_lazy("Template language"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Media:
        # A module, so it runs when the page is there, and imports the editor by itself.
        js = (Script("notify_project/template_form.js", type="module"),)

    class Meta:
        model = Template
        fields = ("name", "description", "locale")
        widgets: ClassVar[dict[str, Any]] = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2})
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "locale": gettext_lazy(
                "A tag such as en or fr-CA: what these words are written in. Other "
                "languages can be written below, once it is saved."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = kind(self.channel_code)
        if self.is_new:
            self.instance.channel, self.instance.purpose = what.code, self.purpose
        else:
            self._fill_in()
        self._leave_out()
        if what.code == DOCUMENT:
            del self.fields["body_type"]
        else:
            self.fields["body_type"].choices = [  # type: ignore[attr-defined]
                ("", _("As the defaults say")),
                *((name, _BODY_TYPES.get(name, name)) for name in what.body_types),
            ]
        self.fields["engine"].choices = self._engines()  # type: ignore[attr-defined]
        if self.language:
            self._leave_only_texts()

    def stored(self) -> tuple[object, User | None]:
        """What somebody else may have changed, and who wrote it last."""
        found = Template.for_tenant(self.instance.tenant_id)
        template = found.select_related("published").get(id=self.instance.id)
        version = editing.newest(template)
        naming = [getattr(template, name) for name in self.Meta.fields]
        if version is None:
            return naming, None
        return (draft_of(version), naming), version.created_by

    def wait(self) -> None:
        editing.wait_for(self.instance)

    def _fill_in(self) -> None:
        version = editing.newest(self.instance)
        if version:
            draft = draft_of(version)
            for name in WORDING:
                self.initial.setdefault(name, getattr(draft, name))
            if self.language:
                words = draft.variants.get(self.language, {})
                self.initial.update({one: words.get(one, "") for one in _TEXTS})

    def _leave_out(self) -> None:
        """What parts do not have; a layout says itself where the text goes."""
        whole = self.purpose == Template.Purpose.TEMPLATE
        if not (whole and kind(self.channel_code).has_subject):
            del self.fields["subject"]
        if not whole:
            del self.fields["layout"]
        elif self.tenant is not None:
            rows = Template.for_tenant(self.tenant).filter(
                purpose=Template.Purpose.LAYOUT,
                channel=self.channel_code,
                published__isnull=False,
            )
            self.fields["layout"].choices = [  # type: ignore[attr-defined]
                ("", _("None")),
                *((str(one.pk), one.name) for one in rows),
            ]
        if self.purpose == Template.Purpose.LAYOUT:
            self.fields["body"].help_text = _(
                "Write {{> content}} where the text of the template goes."
            )

    def _leave_only_texts(self) -> None:
        """In another language: the rest is the same in all of them."""
        for name in set(self.fields) - {*_TEXTS, "seen"}:
            del self.fields[name]
        for field in self.fields.values():
            field.required = False
        self.fields["body"].help_text = _("Leave it empty to remove this language.")

    def _engines(self) -> list[tuple[str, str]]:
        names = [one.name for one in registry.allowed_engines()]
        kept = self.initial.get("engine")
        if kept and kept not in names:
            names.append(str(kept))
        return [("", _("As the defaults say")), *((one, one) for one in names)]

    def field_of(self, field: str) -> str:
        """`variants.fr.body` of a refusal is body where that language is shown."""
        own = f"variants.{self.language}."
        return super().field_of(field.removeprefix(own))

    def _step_of_language(self) -> Template:
        template: Template = self.instance
        version = editing.newest(template)
        variants = dict(draft_of(version).variants) if version else {}
        words = {name: self.cleaned_data.get(name, "") for name in _TEXTS}
        variants.pop(self.language, None)
        if words["body"].strip():
            variants[self.language] = words
        return editing.change(
            template.tenant,
            template.id,
            author=self.user,
            publish=False,
            variants=variants,
        )

    def step(self) -> Template:
        if self.language:
            return self._step_of_language()
        texts = {name: self.cleaned_data.get(name, "") for name in WORDING}
        layout = texts.pop("layout")
        draft = Draft(**texts, layout=UUID(layout) if layout else None)
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if not self.is_new:
            template: Template = self.instance
            wording = {name: getattr(draft, name) for name in WORDING}
            return editing.change(
                template.tenant,
                template.id,
                author=self.user,
                publish=False,
                **wording,
                **given,
            )
        if self.tenant is None:  # the page is closed without one
            raise InvalidTemplate(_("Choose a tenant first."))
        return editing.create(
            self.tenant,
            channel_code=self.channel_code,
            purpose=self.purpose,
            draft=draft,
            author=self.user,
            publish=False,
            **given,
        )
