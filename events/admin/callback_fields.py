"""Fields on who is told what becomes of it, and their way to a layer and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from callbacks import kinds
from callbacks.wishes import URL_LENGTH

NAMES = ("callback", "callback_url", "callback_on")
_SOMEBODY, _NOBODY = "url", "nobody"
_OUTCOMES = (
    (kinds.SUCCESS, _("Success: sent, delivered")),
    (kinds.FAILURE, _("Failure: failed, expired, kept back, cancelled")),
)


def fields() -> dict[str, forms.Field]:
    """Whether it says anything, the URL, and what that is told of."""
    return {
        "callback": forms.ChoiceField(
            label=_("Who is told"),
            required=False,
            choices=[
                ("", _("As the tenant's default says, and the endpoints")),
                (_SOMEBODY, _("A URL, besides the endpoints")),
                (_NOBODY, _("Nobody, the endpoints neither")),
            ],
            widget=UnfoldAdminSelectWidget,
            help_text=_("A request that says something else wins."),
        ),
        "callback_url": forms.CharField(
            label=_("URL"),
            required=False,
            max_length=URL_LENGTH,
            widget=UnfoldAdminTextInputWidget,
        ),
        "callback_on": forms.MultipleChoiceField(
            label=_("Is told of"),
            required=False,
            choices=_OUTCOMES,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            help_text=_("None ticked: of both."),
        ),
    }


def initial(said: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a layer says, as the fields show it."""
    if said is None:
        return {}
    return {
        "callback": _SOMEBODY if said else _NOBODY,
        "callback_url": said.get("url", ""),
        "callback_on": list(said.get("on", ())),
    }


def said(
    cleaned: Mapping[str, Any], before: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """What the fields say; headers, which have no field, stay."""
    if not cleaned["callback"]:
        return None
    if cleaned["callback"] == _NOBODY:
        return {}
    kept = {"headers": before["headers"]} if before and "headers" in before else {}
    on = {"on": list(cleaned["callback_on"])} if cleaned["callback_on"] else {}
    return {"url": cleaned["callback_url"].strip(), **on, **kept}
