"""A Config class as a form for the admin: fields, hints, errors, and secrets kept.

A stored secret never reaches the page: its field is empty, and leaving it so keeps
what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from notify_project import egress
from providers.config import InvalidConfig, Option, Plain, ProviderConfig

_CLEAR = "__clear"


class ConfigForm(forms.Form):
    """The settings of one account.

    `stored` is what Account.config holds, or None for a new account. After a
    successful is_valid(), `config` is the instance and `values()` is what to store.
    Costs a DNS look-up per URL, since one that leads inside is refused here already.
    """

    config: ProviderConfig

    def __init__(
        self,
        config_class: type[ProviderConfig],
        *args: Any,
        stored: Mapping[str, Plain] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._config_class = config_class
        self._stored = dict(stored or {})
        for opt in config_class.options():
            self._add(opt)

    def _add(self, opt: Option) -> None:
        if opt.kind == "secret":
            self._add_secret(opt)
            return
        field = _MAKERS[opt.kind](opt)
        field.initial = self._stored.get(opt.name, opt.default)
        self.fields[opt.name] = field

    def _add_secret(self, opt: Option) -> None:
        kept = bool(self._stored.get(opt.name))
        self.fields[opt.name] = forms.CharField(
            **_words(opt, kept=kept),
            required=opt.required and not kept,
            widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        )
        if kept and not opt.required:
            self.fields[opt.name + _CLEAR] = forms.BooleanField(
                label=format_lazy(_("Remove: {label}"), label=opt.label),
                required=False,
                widget=UnfoldBooleanSwitchWidget(),
            )

    def clean(self) -> dict[str, Any]:
        """Have the Config class judge; its sentences land on their fields."""
        cleaned = super().clean() or {}
        given = {
            opt.name: self._given(opt, cleaned) for opt in self._config_class.options()
        }
        try:
            self.config = self._config_class.from_values(given)
        except InvalidConfig as refused:
            for problem in refused.problems:
                self._report(problem.field, problem.message)
        else:
            self._check_urls()
        return cleaned

    def _given(self, opt: Option, cleaned: Mapping[str, Any]) -> object:
        value: object = cleaned.get(opt.name)
        if opt.kind != "secret" or value:
            return value
        stored = self._stored.get(opt.name)
        if not stored or cleaned.get(opt.name + _CLEAR):
            return None
        if self._leads_elsewhere(cleaned):
            self._report(
                opt.name,
                _now("The server has changed. Give this again: it is not sent there."),
            )
        return stored

    def _leads_elsewhere(self, cleaned: Mapping[str, Any]) -> bool:
        """Whether a stored secret would go to another server than it was given for."""
        return any(
            cleaned.get(opt.name) != self._stored.get(opt.name, opt.default)
            for opt in self._config_class.options()
            if opt.kind != "secret" and (opt.is_url or opt.name in _SERVER)
        )

    def _check_urls(self) -> None:
        values = self.config.values()
        for opt in self._config_class.options():
            url = values[opt.name]
            if not opt.is_url or not isinstance(url, str) or not url:
                continue
            try:
                egress.check_url(url)
            except egress.EgressRefused as refused:
                self._report(opt.name, refused.detail)

    def _report(self, name: str, sentence: str) -> None:
        """Once per field: Django may have said already that it is missing."""
        if name not in self.errors:
            self.add_error(name if name in self.fields else None, sentence)

    def values(self) -> dict[str, Plain]:
        """What to store, sealed: secrets are readable in it."""
        return self.config.values()


_SERVER = frozenset({"host", "port", "security"})
_KEPT = _("Stored; leave empty to keep it.")


def _words(opt: Option, *, kept: bool = False) -> dict[str, Any]:
    """Label and hint, which Django's stubs want of a narrower type than ours."""
    hint = format_lazy("{help} {kept}", help=opt.help, kept=_KEPT) if kept else opt.help
    return {"label": opt.label, "help_text": hint}


def _text(opt: Option) -> forms.Field:
    widget = UnfoldAdminURLInputWidget if opt.is_url else UnfoldAdminTextInputWidget
    return forms.CharField(**_words(opt), required=opt.required, widget=widget())


def _integer(opt: Option) -> forms.Field:
    return forms.IntegerField(
        **_words(opt),
        required=opt.required,
        min_value=opt.min,
        max_value=opt.max,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


def _boolean(opt: Option) -> forms.Field:
    return forms.BooleanField(
        **_words(opt),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
    )


def _choice(opt: Option) -> forms.Field:
    blank = (("", "—"),) if opt.default is None else ()
    return forms.ChoiceField(
        **_words(opt),
        required=opt.required,
        choices=(*blank, *opt.choices),
        widget=UnfoldAdminSelectWidget(),
    )


_MAKERS: Mapping[str, Callable[[Option], forms.Field]] = {
    "text": _text,
    "url": _text,
    "integer": _integer,
    "boolean": _boolean,
    "choice": _choice,
}
