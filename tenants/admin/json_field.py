"""A form field for a JSON object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from notify_project.api.strict_json import parse_object
from notify_project.errors import NotifyError


class JsonField(forms.CharField):
    """A JSON object, typed; a dictionary in Python."""

    def __init__(self, **options: Any) -> None:
        rows = options.pop("rows", 4)
        widget = UnfoldAdminTextareaWidget(attrs={"rows": rows, "class": "notify-code"})
        super().__init__(required=False, strip=True, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return json.dumps(value, indent=2, ensure_ascii=False) if value else ""
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return dict(parse_object((text or "{}").encode()))
        except NotifyError as refusal:
            raise forms.ValidationError(refusal.message) from None
