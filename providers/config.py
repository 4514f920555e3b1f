"""What a provider has to be told, declared once: fields, secrets, checks.

A Config class is a frozen dataclass. Its declaration is the validation, the typed
access (`self.config.account_sid`), the admin form (forms.py), the masking of secrets
and the description for the API; docs/decisions/0005-provider-config.md says why.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, Union, cast, get_args, get_origin
from typing import get_type_hints as hints_of

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from notify_project.errors import FieldError
from providers.errors import Misconfigured
from providers.options import MASK, READERS, Check, Kind, Option, Plain, SecretStr, read

__all__ = ["InvalidConfig", "Option", "Plain", "ProviderConfig", "SecretStr", "option"]


class InvalidConfig(Misconfigured):
    """Values that the Config class refuses; `problems` says which field and why.

    A problem of the whole has an empty `field`. No problem repeats a value.
    """

    def __init__(self, problems: tuple[FieldError, ...]) -> None:
        super().__init__(
            " ".join(f"{p.field}: {p.message}".removeprefix(": ") for p in problems),
            code="invalid_config",
        )
        self.problems = problems


def option(  # noqa: PLR0913 - the one declaration with many optional facets
    label: str | Promise,
    *,
    help: str | Promise = "",
    default: Plain = None,
    choices: Mapping[str, str | Promise] | None = None,
    pattern: str = "",
    min: int | None = None,
    max: int | None = None,
    url: bool = False,
    check: Check | None = None,
) -> Any:
    """Declare a field of a Config class; required unless it has a default.

    The annotation is the type: str, int, bool, SecretStr, or one of them `| None`
    (then an absent value is None). A bool without default is False. `pattern` has to
    match the whole text; `min` and `max` bound an integer, or the length of a text.
    `check(value)` returns a sentence about what is wrong, or None; it gets a secret
    as a SecretStr.
    """
    facets = {
        "label": label,
        "help": help,
        "choices": tuple((choices or {}).items()),
        "pattern": pattern,
        "min": min,
        "max": max,
        "is_url": url,
        "check": check,
    }
    return dataclasses.field(
        default=dataclasses.MISSING if default is None else default,
        kw_only=True,
        metadata={"facets": facets},
    )


@dataclass(frozen=True)
class ProviderConfig:
    """The base of all Config classes; instances exist only with valid values."""

    @classmethod
    def options(cls) -> tuple[Option, ...]:
        """The declared fields, in the order of their declaration."""
        return _options_of(cls)

    @classmethod
    def from_values(cls, values: Mapping[str, object], *, strict: bool = False) -> Self:
        """A valid instance; raises InvalidConfig (a Misconfigured) naming each field.

        An unknown name is passed over, because during a rollout an older process
        reads what a newer one has stored; `strict` refuses it, for the API.
        """
        parsed: dict[str, object] = {}
        problems: list[FieldError] = []
        for opt in cls.options():
            try:
                parsed[opt.name] = read(opt, values.get(opt.name))
            except ValueError as refusal:
                problems.append(FieldError(opt.name, "invalid_config", str(refusal)))
        if strict:
            problems += _unknown(values, {opt.name for opt in cls.options()})
        if problems:
            raise InvalidConfig(tuple(problems))
        return cls._checked(parsed)

    @classmethod
    def _checked(cls, parsed: dict[str, object]) -> Self:
        config = cls(**parsed)
        found = tuple(
            FieldError(field, "invalid_config", sentence)
            for field, sentence in config.problems()
        )
        if found:
            raise InvalidConfig(found)
        return config

    def problems(self) -> Iterator[tuple[str, str]]:
        """What is wrong with the whole: (field or "", sentence). For subclasses."""
        yield from ()

    def values(self) -> dict[str, Plain]:
        """Plain values for storing sealed: secrets are readable in here."""
        return {opt.name: _plain(getattr(self, opt.name)) for opt in self.options()}

    def masked(self) -> dict[str, Plain]:
        """Plain values for people, logs and audits: secrets are stars."""
        return {
            name: MASK if value and self._is_secret(name) else value
            for name, value in self.values().items()
        }

    @classmethod
    def _is_secret(cls, name: str) -> bool:
        return any(o.name == name and o.type is SecretStr for o in cls.options())


def _unknown(values: Mapping[str, object], known: set[str]) -> list[FieldError]:
    return [
        FieldError(str(name)[:60], "unknown_field", _("There is no such setting."))
        for name in values
        if name not in known
    ]


def _plain(value: Plain | SecretStr) -> Plain:
    return value.reveal() if isinstance(value, SecretStr) else value


def _options_of(cls: type[ProviderConfig]) -> tuple[Option, ...]:
    hints = hints_of(cls)
    return tuple(
        _option_from(field, hints[field.name]) for field in dataclasses.fields(cls)
    )


def _option_from(field: dataclasses.Field[Any], hint: Any) -> Option:
    facets = dict(field.metadata["facets"])
    kind_of_value, optional = _unwrapped(hint)
    if kind_of_value not in READERS:
        raise TypeError(f"{field.name}: {hint} cannot be an option's type.")
    given = field.default is not dataclasses.MISSING
    default: Plain = False if kind_of_value is bool else None
    if given:
        default = cast(Plain, field.default)
    return Option(
        name=field.name,
        kind=_kind(kind_of_value, facets),
        type=kind_of_value,
        required=not (given or optional or kind_of_value is bool),
        default=default,
        **facets,
    )


def _unwrapped(hint: Any) -> tuple[Any, bool]:
    """The type without its `| None`, and whether it had one; a Literal is a str."""
    optional = False
    if get_origin(hint) in (Union, types.UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        optional = len(members) < len(get_args(hint))
        hint = members[0] if len(members) == 1 else hint
    return (str if get_origin(hint) is Literal else hint), optional


_KINDS: dict[type, Kind] = {
    SecretStr: "secret",
    int: "integer",
    bool: "boolean",
    str: "text",
}


def _kind(kind_of_value: type, facets: Mapping[str, Any]) -> Kind:
    if kind_of_value is str and facets["choices"]:
        return "choice"
    if kind_of_value is str and facets["is_url"]:
        return "url"
    return _KINDS[kind_of_value]
