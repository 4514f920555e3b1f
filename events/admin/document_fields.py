"""Fields for the files of an event type that are made of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

SLOTS = 3  # a design may have more: what has no field stays


def names() -> list[str]:
    """The fields that choose a document."""
    return [f"document{number}" for number in range(1, SLOTS + 1)]


def fields() -> dict[str, forms.Field]:
    """A document and its file's name, a few times."""
    found: dict[str, forms.Field] = {}
    for number, name in enumerate(names(), 1):
        found[name] = forms.ChoiceField(
            label=format_lazy(
                "{label} {number}", label=_("Attached document"), number=number
            ),
            required=False,
            widget=UnfoldAdminSelectWidget,
            help_text=_("Filled with the params and made a PDF when the mail is sent."),
        )
        found[f"{name}_filename"] = forms.CharField(
            label=format_lazy(
                "{label} {number}", label=_("Its file's name"), number=number
            ),
            required=False,
            widget=UnfoldAdminTextInputWidget,
            help_text=_("May hold params, as in Letter {{number}}.pdf."),
        )
    return found


def initial(stored: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What a design says, as the fields show it."""
    found: dict[str, str] = {}
    for name, one in zip(names(), stored, strict=False):
        found[name] = one["template"]
        found[f"{name}_filename"] = one["filename"]
    return found


def attachments(
    given: Callable[[str], Any], stored: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What the fields say; the form and params of a file that stayed stay too."""
    before = {one["template"]: one for one in stored}
    chosen = [(given(name), given(f"{name}_filename")) for name in names()]
    made = [
        {"convertTo": "pdf", **before.get(template, {})}
        | {"template": template, "filename": filename}
        for template, filename in chosen
        if template
    ]
    return made + [dict(one) for one in stored[SLOTS:]]
