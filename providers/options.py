"""One declared field of a provider's settings, and how a given value is read as it.

Texts here are shown beside a form field or in an API problem; no refusal repeats the
value, since it may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Kind = Literal["text", "integer", "boolean", "choice", "secret", "url"]
Plain = str | int | bool | None
Check = Callable[[Any], str | None]

MASK = "••••••••"
_LONGEST = 4000  # characters of a text without a limit of its own
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class SecretStr:
    """A string that shows itself to nobody but the caller of `reveal()`.

    repr, str, format and logs show stars; pickling is refused, so that it cannot
    travel to a broker by accident.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return f"SecretStr({MASK})" if self._value else "SecretStr()"

    def __str__(self) -> str:
        return MASK if self._value else ""

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretStr) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("secret", self._value))

    def __reduce__(self) -> str:
        raise TypeError("A secret is not pickled.")


@dataclass(frozen=True, slots=True)
class Option:
    """One declared field, ready for a form, a schema or a table in the docs.

    `is_url` tells of a secret that is also a URL (a webhook's, say). `default` is None
    where the field is required, or where absent means absent.
    """

    name: str
    label: str | Promise
    help: str | Promise
    kind: Kind
    required: bool
    default: Plain
    choices: tuple[tuple[str, str | Promise], ...]
    pattern: str
    min: int | None
    max: int | None
    is_url: bool = False
    check: Check | None = None
    type: type = str


def read(opt: Option, given: object) -> Plain | SecretStr:
    """One value as its declared type; raises ValueError with a sentence.

    Absent is None, or blank text for whatever is no text that may be blank.
    """
    if isinstance(given, SecretStr):
        given = given.reveal()
    if isinstance(given, str):
        given = given.strip()
    if given is None or given == "":
        return _absent(opt)
    value = READERS[opt.type](given)
    _check_facets(opt, value)
    typed = SecretStr(value) if opt.type is SecretStr else value
    sentence = opt.check(typed) if opt.check else None
    if sentence:
        raise ValueError(sentence)
    return typed


def _absent(opt: Option) -> Plain | SecretStr:
    if opt.required:
        raise ValueError(_("This is needed. Give a value."))
    if opt.type is SecretStr and isinstance(opt.default, str):
        return SecretStr(opt.default)
    return opt.default


def _read_text(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(_("This must be text."))
    if _CONTROL.search(given):
        raise ValueError(
            _("This contains a line break or another control character. Remove it.")
        )
    return given


def _read_integer(given: Any) -> int:
    if isinstance(given, bool) or not re.fullmatch(r"[+-]?[0-9]{1,18}", str(given)):
        raise ValueError(_("This must be a whole number."))
    return int(given)


def _read_boolean(given: Any) -> bool:
    words = {"true": True, "on": True, "false": False, "off": False}
    word = str(given).lower()
    if word not in words:
        raise ValueError(_("This must be true or false."))
    return words[word]


READERS: dict[type, Callable[[Any], Any]] = {
    str: _read_text,
    SecretStr: _read_text,
    int: _read_integer,
    bool: _read_boolean,
}


def _check_facets(opt: Option, value: Any) -> None:
    """Choices, pattern, bounds and URL form; the value is not repeated in errors."""
    if opt.choices and value not in dict(opt.choices):
        allowed = ", ".join(word for word, label in opt.choices)
        raise ValueError(_("This must be one of: %(allowed)s.") % {"allowed": allowed})
    if isinstance(value, str):
        _check_text(opt, value)
    elif not _within(value, opt.min, opt.max):
        raise ValueError(
            _("This must be from %(min)s to %(max)s.")
            % {"min": _bound(opt.min), "max": _bound(opt.max)}
        )


def _check_text(opt: Option, text: str) -> None:
    if not _within(len(text), opt.min, _LONGEST if opt.max is None else opt.max):
        raise ValueError(
            _("This must have %(min)s to %(max)s characters.")
            % {"min": opt.min or 1, "max": _LONGEST if opt.max is None else opt.max}
        )
    if opt.pattern and not re.fullmatch(opt.pattern, text):
        raise ValueError(_("This does not look as it should; see the hint."))
    if opt.is_url:
        _check_url(text)


def _check_url(text: str) -> None:
    """Form only; whether we may go there is for notify_project/egress.py."""
    try:
        parts = urlsplit(text)
        sound = parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(_("This must be a URL such as https://example.org/hook."))
    if "@" in parts.netloc or parts.fragment or re.search(r"\s", text):
        raise ValueError(_("The URL must have no password, fragment or space in it."))


def _within(number: int, low: int | None, high: int | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _bound(bound: int | None) -> str:
    return "…" if bound is None else str(bound)
