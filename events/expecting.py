"""The params that an event type expects: a JSON Schema, and what breaks it, in words.

Only keywords whose work is bounded by the sizes of schema and params are taken: no
`pattern`, whose time an author could blow up, and no `$ref`, which repeats and fetches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import jsonschema
from django.utils.translation import gettext as _
from jsonschema.exceptions import SchemaError, ValidationError

from events.errors import InvalidDesign, InvalidParams
from notify_project.errors import FieldError

_ANNOTATIONS = {"title", "description", "default", "examples", "format", "$comment"}
_KEYWORDS = _ANNOTATIONS | {
    *("$schema", "type", "enum", "const", "required", "properties", "items"),
    *("additionalProperties", "minProperties", "maxProperties"),
    *("minLength", "maxLength", "minItems", "maxItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("anyOf", "oneOf", "allOf", "not"),
}
SCHEMA_NODES = 2000
_WORK = 1_000_000  # values of the schema times values of the params
_TOLD = 20


def ensure_sound(schema: Mapping[str, Any], *, field: str) -> None:
    """Raise InvalidDesign for what is no schema, or one that we do not run."""
    if _count(schema) > SCHEMA_NODES:
        raise _unsound(_("%(field)s is too large.") % {"field": field}, field)
    unknown = sorted(set(_keywords(schema)) - _KEYWORDS)
    if unknown:
        text = _("%(field)s uses %(keyword)s, which is not supported here.")
        raise _unsound(text % {"field": field, "keyword": ascii(unknown[0])}, field)
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = ".".join(str(one) for one in error.absolute_path) or "it"
        text = _("%(field)s is not a JSON Schema: %(where)s is wrong.")
        raise _unsound(text % {"field": field, "where": where}, field) from None


def ensure_fits(schema: Mapping[str, Any], params: Mapping[str, Any]) -> None:
    """Raise InvalidParams with one entry per param that does not fit."""
    if not schema:
        return
    if _count(schema) * _count(params) > _WORK:
        raise InvalidParams(
            _("params have too many values to be checked."), field="params"
        )
    found = jsonschema.Draft202012Validator(schema).iter_errors(params)
    told = [one for each in islice(found, _TOLD) for one in _told(each)]
    if errors := list(dict.fromkeys(told)):
        raise InvalidParams(errors[0].message, errors=errors)


def names(schema: Mapping[str, Any]) -> list[str]:
    """The params that the schema names, those that are required first."""
    listed = schema.get("properties")
    properties = list(listed) if isinstance(listed, Mapping) else []
    return list(dict.fromkeys([*schema.get("required", ()), *properties]))


def _unsound(text: str, field: str) -> InvalidDesign:
    return InvalidDesign(text, field=field)


def _keywords(schema: Any) -> Iterator[str]:
    """The keywords of a schema and of those within it; names of params are none."""
    if not isinstance(schema, Mapping):
        return
    for key, value in schema.items():
        yield str(key)
        if key == "properties" and isinstance(value, Mapping):
            for one in value.values():
                yield from _keywords(one)
        elif key in ("items", "additionalProperties", "not"):
            yield from _keywords(value)
        elif key in ("anyOf", "oneOf", "allOf") and isinstance(value, list):
            for one in value:
                yield from _keywords(one)


def _count(value: Any) -> int:
    """How many values there are, with all that they hold."""
    if isinstance(value, Mapping):
        return 1 + sum(_count(one) for one in value.values())
    if isinstance(value, list):
        return 1 + sum(_count(one) for one in value)
    return 1


def _told(error: ValidationError) -> list[FieldError]:
    path = "params" + "".join(_step(one) for one in error.absolute_path)
    if error.validator == "required":
        missing = [one for one in error.validator_value if one not in error.instance]
        return [_missing(f"{path}.{name}") for name in missing]
    say = _WORDS.get(str(error.validator), _misfit)
    return [FieldError(path, InvalidParams.code, say(path, error.validator_value))]


def _missing(path: str) -> FieldError:
    text = _("%(path)s is missing. The event type needs it.") % {"path": path}
    return FieldError(path, InvalidParams.code, text)


def _step(part: Any) -> str:
    return f"[{part}]" if isinstance(part, int) else f".{str(part)[:60]}"


def _misfit(path: str, value: Any) -> str:
    return _("%(path)s is not what the event type expects.") % {"path": path}


def _type(path: str, value: Any) -> str:
    wanted = ", ".join(value) if isinstance(value, list) else str(value)
    return _("%(path)s must be of type %(wanted)s.") % {"path": path, "wanted": wanted}


def _one_of(path: str, value: Any) -> str:
    known = ", ".join(str(one)[:40] for one in value[:20])
    return _("%(path)s must be one of: %(known)s.") % {"path": path, "known": known}


def _too_small(path: str, value: Any) -> str:
    return _("%(path)s must be %(limit)s at least.") % {"path": path, "limit": value}


def _too_large(path: str, value: Any) -> str:
    return _("%(path)s must be %(limit)s at most.") % {"path": path, "limit": value}


def _too_short(path: str, value: Any) -> str:
    text = _("%(path)s is too short or has too few values; %(limit)s is the least.")
    return text % {"path": path, "limit": value}


def _too_long(path: str, value: Any) -> str:
    text = _("%(path)s is too long or has too many values; %(limit)s is the most.")
    return text % {"path": path, "limit": value}


def _extra(path: str, value: Any) -> str:
    text = _("%(path)s has a name that the event type does not know.")
    return text % {"path": path}


_WORDS: Mapping[str, Callable[[str, Any], str]] = {
    "type": _type,
    "enum": _one_of,
    "minimum": _too_small,
    "maximum": _too_large,
    "minLength": _too_short,
    "minItems": _too_short,
    "maxLength": _too_long,
    "maxItems": _too_long,
    "additionalProperties": _extra,
}
