"""What a form's fields inherit from the layers below its own, shown beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import cascade
from events.cascade import Decision, Layer

# The forms' fields, and where their values are in a layer.
_FIELDS = {
    "sender": "identityId",
    "account": "account",
    "body_type": "bodyType",
    "engine": "defaultRenderer",
    "priority": "priority",
    "on_unknown": "onUnknown",
    "reply_to": "replyTo",
}
_LAYERS: Mapping[str, Promise] = {
    "system": gettext_lazy("the system's defaults"),
    "tenant": gettext_lazy("the tenant's defaults"),
}


def show(
    fields: Mapping[str, forms.Field],
    code: str,
    below: Sequence[Layer],
    said: Mapping[str, Any],
) -> None:
    """Tell in the fields of a channel what they inherit, and from which layer.

    `fields` go by their names in _FIELDS, and so does what the form's own layer has
    `said`: it is told what that replaces. What the system keeps for itself is closed.
    """
    decision = cascade.decide(below, channels=())
    locked = {path for layer in below for path in layer.locked}
    values: Mapping[str, Any] = decision.values.get(code, {})
    for name, wire in _FIELDS.items():
        field = fields.get(name)
        if field is None:
            continue
        if f"{code}.{wire}" in locked:
            _close(field)
        if values.get(wire):
            layer = _layer(decision, f"{code}.{wire}")
            _tell(field, values[wire], layer, replaced=bool(said.get(name)))


def _layer(decision: Decision, path: str) -> object:
    name = decision.decided_by.get(path, "")
    return _LAYERS.get(name, name)


def _close(field: forms.Field) -> None:
    field.disabled = True
    _add_help(field, _("The system keeps this for itself."))


def _tell(field: forms.Field, value: Any, layer: object, *, replaced: bool) -> None:
    """In the empty choice of a list, else as a placeholder; below what replaces it."""
    shown = _shown(field, value)
    inherited = _("%(value)s (from %(layer)s)") % {"value": shown, "layer": layer}
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = inherited
    elif isinstance(field, forms.ChoiceField):
        field.choices = [("", inherited), *_offered(field)[1:]]
    else:
        field.widget.attrs["placeholder"] = inherited
    if replaced:
        _add_help(field, _("Instead of: %(inherited)s") % {"inherited": inherited})


def _add_help(field: forms.Field, text: str) -> None:
    # Pages show it as HTML, and what was inherited somebody else has written.
    parts = [one for one in (field.help_text, escape(text)) if one]
    field.help_text = format_lazy(" ".join(["{}"] * len(parts)), *parts)


def _shown(field: forms.Field, value: Any) -> str:
    """As the list calls it; a value that is not offered any more by itself."""
    if isinstance(field, forms.ChoiceField):
        return dict(_offered(field)).get(str(value), str(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _offered(field: forms.ChoiceField) -> list[tuple[str, str]]:
    choices: Any = field.choices  # a list of pairs, or what makes one of rows
    return [(str(key), str(label)) for key, label in choices]
