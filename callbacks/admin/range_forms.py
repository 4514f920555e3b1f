"""The forms that ask for a time: what failed within it, what was told within it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tenants.admin.asking import ReasonForm


def _time(label: Any, help_text: Any, *, required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateTimeInput(
            attrs={"class": "notify-button", "type": "datetime-local"},
            format="%Y-%m-%dT%H:%M",
        ),
    )


def _until() -> forms.DateTimeField:
    empty = gettext_lazy("Empty: until now.")
    return _time(gettext_lazy("Until"), empty, required=False)


class RecoverForm(ReasonForm):
    """From when, until when, and why."""

    since = _time(
        gettext_lazy("What failed since"),
        gettext_lazy("In the tenant's time zone; at most 14 days ago."),
    )
    until = _until()
    field_order = ("since", "until", "reason")


class ExpungeForm(ReasonForm):
    """The same."""

    since = _time(
        gettext_lazy("What happened since"), gettext_lazy("In the tenant's time zone.")
    )
    until = _until()
    field_order = ("since", "until", "reason")
