"""Fields that name something: an address, a group or a list, a template."""

from __future__ import annotations

from typing import Any, TypeGuard

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notify_project.api.fields import Text, Texts

_ADDRESS = Text(max_length=1000)
_NAME = Text(max_length=100)
_NAMED = ("group", "list")
_ENTRY = {
    "oneOf": [
        {"type": "string", "maxLength": 1000},
        *(
            {
                "type": "object",
                "properties": {name: {"type": "string", "maxLength": 100}},
                "required": [name],
                "additionalProperties": False,
            }
            for name in _NAMED
        ),
    ]
}


@extend_schema_field(_ENTRY)
class Entry(serializers.Field[object, object, object, object]):
    """An address, {"group": "<name or id>"} or {"list": "<name or id>"}."""

    default_error_messages = {
        "invalid": _(
            'Give an address in quotes, {{"group": "..."}} or {{"list": "..."}}.'
        )
    }

    def to_internal_value(self, data: object) -> object:
        if _is_named(data):
            return {name: _NAME.run_validation(data[name]) for name in data}
        if not isinstance(data, str):
            self.fail("invalid")
        return _ADDRESS.run_validation(data)

    def to_representation(self, value: object) -> object:
        return value


def _is_named(data: object) -> TypeGuard[dict[str, object]]:
    return isinstance(data, dict) and any(data.keys() == {name} for name in _NAMED)


class Entries(Texts):
    """Addresses, groups and lists; one alone stands for a list of one."""

    child = Entry()  # type: ignore[assignment]  # more than a text

    def to_internal_value(self, data: Any) -> list[Any]:
        return super().to_internal_value([data] if _is_named(data) else data)


_NAMED_OR_IN_PLACE: dict[str, Any] = {
    "oneOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "string"}},
    ]
}


@extend_schema_field(_NAMED_OR_IN_PLACE)
class TemplateReference(serializers.Field[object, object, object, object]):
    """A template's id or name, {"templateId": ...}, or its `texts` in place."""

    default_error_messages = {
        "invalid": _(
            "Give a template's id or name, an object with templateId, or an object "
            "with texts: {texts}."
        ),
        "not_named": _("Give a template's id or name, or an object with templateId."),
    }

    def __init__(self, *texts: str, **options: Any) -> None:
        self._texts = texts
        super().__init__(**options)

    def to_internal_value(self, data: object) -> object:
        if isinstance(data, str) and data.strip():
            return data
        well = (
            isinstance(data, dict)
            and data
            and {"templateId", *self._texts}.issuperset(data)
            and all(isinstance(one, str) for one in data.values())
            and (len(data) == 1 or "templateId" not in data)
        )
        if not well:
            what = "invalid" if self._texts else "not_named"
            self.fail(what, texts=", ".join(self._texts))
        return data

    def to_representation(self, value: object) -> object:
        return value
