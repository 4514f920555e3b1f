"""What an event type's fields say while they say nothing: the layers below, shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import cascade
from events.layers import stored_layers

# The form's fields, and what they are called in a layer.
_FIELDS = {
    "sender": "identityId",
    "account": "account",
    "body_type": "bodyType",
    "priority": "priority",
    "on_unknown": "onUnknown",
    "reply_to": "replyTo",
}
_LAYERS: Mapping[str, Promise] = {
    "system": gettext_lazy("the system's defaults"),
    "tenant": gettext_lazy("the tenant's defaults"),
}


def show(fields: Mapping[str, forms.Field], code: str, tenant_id: UUID) -> None:
    """Tell in the fields of a channel what they inherit, and from which layer.

    The layers may be CACHE_SECONDS old, as a call's are.
    """
    decision = cascade.decide(stored_layers(tenant_id), channels=())
    values: Mapping[str, Any] = decision.values.get(code, {})
    for name, wire in _FIELDS.items():
        field = fields.get(f"{code}_{name}")
        if field is not None and values.get(wire):
            layer = decision.decided_by.get(f"{code}.{wire}", "")
            _tell(field, values[wire], _LAYERS.get(layer, layer))


def _tell(field: forms.Field, value: Any, layer: object) -> None:
    """In the empty choice of a list, else as a placeholder."""
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices  # a list of pairs, as the form has set it
        known = [(str(key), str(label)) for key, label in offered]
        field.choices = [("", _inherited(_label(value, known), layer)), *known[1:]]
        return
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    field.widget.attrs["placeholder"] = _inherited(shown, layer)


def _label(value: Any, known: list[tuple[str, str]]) -> str:
    """As the list calls it; a value that is not offered any more by itself."""
    return dict(known).get(str(value), str(value))


def _inherited(shown: str, layer: object) -> str:
    return _("%(value)s (from %(layer)s)") % {"value": shown, "layer": layer}
