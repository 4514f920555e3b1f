"""A form field for a mail's headers, typed as they stand in a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget


class HeadersField(forms.CharField):
    """ "X-Case: 42", one a line; a dictionary in Python. Which names there may be is
    the channel's to say (providers/channels/email.py)."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Headers"),
            required=False,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            help_text=gettext_lazy("One a line, such as X-Office: Victoria."),
        )

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return "\n".join(f"{name}: {text}" for name, text in value.items())
        return value

    def clean(self, value: Any) -> Any:
        found: dict[str, str] = {}
        lines = [one for one in str(super().clean(value)).splitlines() if one.strip()]
        for line in lines:
            name, colon, text = (part.strip() for part in line.partition(":"))
            if not (name and colon):
                raise forms.ValidationError(
                    _("Line %(number)s has no colon. Write it as X-Office: Victoria.")
                    % {"number": lines.index(line) + 1}
                )
            if name.lower() in {one.lower() for one in found}:
                raise forms.ValidationError(
                    _("%(name)s is given twice.") % {"name": name[:80]}
                )
            found[name] = text
        return found
