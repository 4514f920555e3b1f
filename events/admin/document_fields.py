"""Fields for the files of an event type that are made of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
        found[name] = _chosen(one)
        found[f"{name}_filename"] = one["filename"]
    return found


def attachments(
    given: Callable[[str], Any], stored: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What the fields say; the form and params of a file that stayed stay too."""
    before = {_chosen(one): one for one in stored}
    made = [
        {"convertTo": "pdf", **before.get(chosen, _reference(chosen))}
        | {"filename": given(f"{name}_filename")}
        for name in names()
        if (chosen := given(name))
    ]
    return made + [dict(one) for one in stored[SLOTS:]]


def choices(documents: Iterable[Any], services: Iterable[Any]) -> list[tuple[str, str]]:
    """What may be attached: a document, or what a service makes."""
    return [
        *((str(one.pk), str(one)) for one in documents),
        *((f"{_SERVICE}{one.pk}", str(one)) for one in services),
    ]


_SERVICE = "service:"


def _chosen(one: Mapping[str, Any]) -> str:
    return f"{_SERVICE}{one['service']}" if "service" in one else str(one["template"])


def _reference(chosen: str) -> dict[str, str]:
    if chosen.startswith(_SERVICE):
        return {"service": chosen.removeprefix(_SERVICE)}
    return {"template": chosen}
