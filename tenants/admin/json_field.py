"""A form field for a JSON object; what is wrong with it is told of that field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextareaWidget

from notify_project.api.strict_json import parse_object
from notify_project.errors import Malformed
from tenants.admin import telling


def read_object(text: str, name: object) -> dict[str, Any]:
    """The object that somebody typed under this name; {} for nothing. Raises Malformed
    with a sentence that begins with the name."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise Malformed(
            _("%(name)s: this is not JSON, at line %(line)d, column %(column)d.")
            % {"name": name, "line": wrong.lineno, "column": wrong.colno}
        ) from None
    except (RecursionError, ValueError):
        found = {}  # the strict reader says what of it
    if not isinstance(found, dict):
        raise Malformed(
            _('%(name)s: write an object in braces, as in {"name": "value"}.')
            % {"name": name}
        )
    try:
        return dict(parse_object(text.encode("utf-8", "surrogatepass")))
    except Malformed as refusal:
        raise Malformed(telling.labelled(name, refusal.message)) from None


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
            return read_object(text or "", self.label)
        except Malformed as refusal:
            raise forms.ValidationError(refusal.message) from None
