"""The form of a template: a name, and wording that becomes a new version."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from templates_app import editing
from templates_app.editing import Draft
from templates_app.engines import registry
from templates_app.errors import InvalidTemplate
from templates_app.kinds import DOCUMENT, kind
from templates_app.models import Template
from tenants.admin.forms import StepForm

WORDING = ("subject", "body", "body_type", "engine")
_BODY_TYPES = {
    "text": gettext_lazy("Plain text"),
    "html": gettext_lazy("HTML"),
    "markdown": gettext_lazy("Markdown"),
}


class TemplateForm(StepForm):
    """Saves by editing.create or editing.change.

    `channel_code` is set by TemplatesAdmin.get_form. The step does the checking of
    engines: what is wrong is said with its line and column.
    """

    channel_code: ClassVar[str] = ""
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
            "it is given, {{#each rows}} … {{/each}} repeats it."
        ),
    )
    body_type = forms.ChoiceField(
        label=gettext_lazy("The text is"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    engine = forms.ChoiceField(
        label=gettext_lazy("Template language"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Template
        fields = ("name", "description", "locale")
        widgets: ClassVar[dict[str, Any]] = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2})
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "locale": gettext_lazy(
                "A tag such as en or fr-CA: what the template is written in. Nothing "
                "is chosen by it."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = kind(self.channel_code)
        if not what.has_subject:
            del self.fields["subject"]
        if what.code == DOCUMENT:
            del self.fields["body_type"]
        if self.is_new:
            self.instance.channel = what.code
        else:
            self._fill_in()
        if "body_type" in self.fields:
            self.fields["body_type"].choices = [  # type: ignore[attr-defined]
                ("", _("As the defaults say")),
                *((name, _BODY_TYPES.get(name, name)) for name in what.body_types),
            ]
        self.fields["engine"].choices = self._engines()  # type: ignore[attr-defined]

    def _fill_in(self) -> None:
        version = self.instance.published
        if version:
            for name in WORDING:
                self.initial.setdefault(name, getattr(version, name))

    def _engines(self) -> list[tuple[str, str]]:
        names = [one.name for one in registry.allowed_engines()]
        kept = self.initial.get("engine")
        if kept and kept not in names:
            names.append(str(kept))
        return [("", _("As the defaults say")), *((one, one) for one in names)]

    def step(self) -> Template:
        draft = Draft(**{name: self.cleaned_data.get(name, "") for name in WORDING})
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if not self.is_new:
            template: Template = self.instance
            wording = {name: getattr(draft, name) for name in WORDING}
            return editing.change(
                template.tenant, template.id, author=self.user, **wording, **given
            )
        if self.tenant is None:  # the page is closed without one
            raise InvalidTemplate(_("Choose a tenant first."))
        return editing.create(
            self.tenant,
            channel_code=self.channel_code,
            draft=draft,
            author=self.user,
            **given,
        )
