"""Fields of request bodies that take a value as it is, or refuse it with a sentence."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_NAMED = 20  # unknown fields in one answer
_NAME_LENGTH = 60
_LIKENESS = 0.75  # "bdy" and "body", "recipient" and "recipients"; not "to" and "tag"


class Text(serializers.CharField):
    """A JSON string, untrimmed; a number is not a text."""

    default_error_messages = {"invalid": _("Give a text in quotes.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("trim_whitespace", False)
        options.setdefault("allow_blank", True)
        super().__init__(**options)

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Switch(serializers.BooleanField):
    """true or false, not "true"."""

    def to_internal_value(self, data: object) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field(OpenApiTypes.BYTE)
class Base64(serializers.Field[bytes, object, object, object]):
    """Bytes, written with the strict alphabet of base64.

    What the last character's spare bits hold is not looked at (RFC 4648, 3.5 allows
    it; callers' encoders differ).
    """

    default_error_messages = {"invalid": Text.default_error_messages["invalid"]}

    def to_internal_value(self, data: object) -> bytes:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError(
                _("This is not base64."), code="invalid_field"
            ) from None

    def to_representation(self, value: object) -> object:
        return value


class Choice(serializers.ChoiceField):
    """One of a few words. The refusal lists them and does not repeat what was sent."""

    def to_internal_value(self, data: object) -> str:
        if isinstance(data, str) and data in self.choices:
            return data
        known = ", ".join(str(one) for one in self.choices)
        raise serializers.ValidationError(
            _("Must be one of: %(known)s.") % {"known": known}, code="invalid_choice"
        )


class Time(serializers.DateTimeField):
    """ISO 8601; without a zone it is UTC."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str):
            raise serializers.ValidationError(
                Text.default_error_messages["invalid"], code="invalid"
            )
        try:
            found = parse_datetime(data.strip())
            if found is None:
                raise ValueError
            aware = found if found.tzinfo else found.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError):
            raise serializers.ValidationError(
                _("This is not a time. Write it as 2026-06-25T15:15:00Z."),
                code="invalid_time",
            ) from None


class Texts(serializers.ListField):
    """A list of texts; a lone text stands for a list of one."""

    default_error_messages = {
        "not_a_list": _('Give a text in quotes, or a list of them: ["..."].')
    }
    child = Text(max_length=1000)

    def to_internal_value(self, data: Any) -> list[Any]:
        return super().to_internal_value([data] if isinstance(data, str) else data)


class Params(serializers.DictField):
    """Names and any JSON values."""

    default_error_messages = {
        "not_a_dict": _('Write it as an object: {{"name": "value"}}.')
    }
    child = serializers.JSONField(allow_null=True)

    def to_internal_value(self, data: Any) -> dict[Any, Any]:
        # The parser has checked the JSON; converting each value again would cost more
        # than everything else here.
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        return data


class Partly(serializers.ValidationError):
    """What is wrong, and in `values` everything that is not."""

    def __init__(self, detail: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        super().__init__(detail)
        self.values = values


class Strict(serializers.Serializer[Any]):
    """Refuses fields that it does not declare; `hints` say where they belong.

    Without a hint, a field of a similar name is what was probably meant. Raises Partly,
    so that what is well can still be looked at.

    A typo such as "overides" must not send the default mail.
    """

    hints: Mapping[str, str] = {}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, field in self.fields.items():
            try:
                values[name] = field.run_validation(field.get_value(data))
            except Partly as error:
                errors[name], values[name] = error.detail, error.values
            except serializers.ValidationError as error:
                errors[name] = error.detail
            except serializers.SkipField:
                continue
        unknown = [name for name in data if name not in self.fields]
        errors |= {_shown(name): [self._unknown(name)] for name in unknown[:_NAMED]}
        if errors:
            raise Partly(errors, values)
        return values

    def _unknown(self, name: str) -> serializers.ErrorDetail:
        hint = self.hints.get(name) or self._similar(name)
        text = str(_("This field is not known here."))
        if hint:
            text = _("This field is not known here; write %(hint)s.") % {"hint": hint}
        return serializers.ErrorDetail(text, code="unknown_field")

    def _similar(self, name: object) -> str:
        known = {str(one).lower(): str(one) for one in self.fields}
        meant = str(name)[:_NAME_LENGTH].lower()
        found = get_close_matches(meant, known, n=1, cutoff=_LIKENESS)
        return known[found[0]] if found else ""


def _shown(name: object) -> str:
    """A caller's own name for something, short enough to be repeated."""
    text = str(name)
    return text if len(text) <= _NAME_LENGTH else f"{text[:_NAME_LENGTH]}..."
