"""JSON as RFC 8259 and I-JSON mean it, with bounds: nothing odd gets past this door.

What Python's own parser lets through and a database, a provider or a second parser
would read otherwise is refused here: NaN, 1e400, duplicate keys, U+0000, lone
surrogates, a BOM, bottomless nesting. Pure: knows no HTTP.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from django.utils.translation import gettext as _

from notify_project.api.json_paths import (
    JsonValue,
    Pairs,
    join,
    shown,
    twins,
    walk,
)
from notify_project.errors import Malformed

MAX_DEPTH = 32
MAX_KEYS = 10_000
MAX_VALUES = 100_000
MAX_QUOTES = 1_000_000
MAX_NUMBER_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one body may hold."""

    keys: int = MAX_KEYS
    values: int = MAX_VALUES
    quotes: int = MAX_QUOTES


OF_REQUESTS = Bounds()

_OPEN, _CLOSE = b"[{", b"]}"
_STRUCTURE = _OPEN + _CLOSE + b':,"'
_PLAIN = bytes(set(range(256)) - set(_STRUCTURE))

# U+0000, an escaped backslash before a u (after which looks alone do not tell), a high
# surrogate without a low one, and a low one without a high one. Raw ones never get
# this far: they are control characters, or not UTF-8.
_SUSPICIOUS_ESCAPE = re.compile(
    rb"\\(?:u0000|\\u|u[dD](?:"
    rb"[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F]))"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def parse_object(body: bytes, bounds: Bounds = OF_REQUESTS) -> dict[str, JsonValue]:
    """The JSON object in `body`. Linear in its length; raises Malformed, saying where.

    1. bytes to text, strictly UTF-8; 2. bounds, before anything is built;
    3. the standard parser, with numbers, constants and keys watched;
    4. strings, only where an escape could have smuggled something in.
    """
    text = _decode(body)
    _check_bounds(body, bounds)
    value = _parse(text)
    if _has_suspicious_escape(body):
        _check_strings(value)
    if not isinstance(value, dict):
        raise Malformed(
            _("The body is JSON, but not an object. Put it in braces: {...}."),
            code="not_an_object",
        )
    return value


def _has_suspicious_escape(body: bytes) -> bool:
    first = body.find(b"\\")
    # Attachments hold no backslash: what lies before and after them is soon searched.
    last = body.rfind(b"\\") + len(rb"\uD800\uDC00")
    return first >= 0 and _SUSPICIOUS_ESCAPE.search(body, first, last) is not None


def _decode(body: bytes) -> str:
    if not body.strip(b" \t\r\n"):
        raise Malformed(_("The body is empty. Send a JSON object."), code="empty_body")
    if body.startswith(b"\xef\xbb\xbf"):
        raise Malformed(
            _("The body starts with a byte order mark. Send UTF-8 without one.")
        )
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(
            _("The body is not UTF-8: byte %(place)d does not belong there.")
            % {"place": error.start + 1},
            code="not_utf8",
        ) from error


def _check_bounds(body: bytes, most: Bounds) -> None:
    """Refuse what is too deep or too much, before anything is built of it.

    Brackets, colons and commas inside strings count in the first look, which is an
    upper bound at a quarter of the price of parsing; only a body above it gets a
    second, exact one without its strings.
    """
    marks = body.translate(None, _PLAIN)
    if _containers(marks) <= MAX_DEPTH and len(marks) <= most.keys:
        return
    if marks.count(b'"') > most.quotes:
        raise _too_much("quotes", _("quotation marks"), most.quotes)
    outside = _without_strings(body).translate(None, _PLAIN)
    if outside.count(b":") > most.keys:
        raise _too_much("keys", _("keys"), most.keys)
    if outside.count(b",") + _containers(outside) > most.values:
        raise _too_much("values", _("values"), most.values)
    _check_depth(outside)


def _without_strings(body: bytes) -> bytes:
    """What stands between the strings; a quote after an odd run of \\ closes none."""
    outside = []
    inside = False
    for piece in body.split(b'"'):
        if not inside:
            outside.append(piece)
            inside = True
        elif not piece.endswith(b"\\"):
            inside = False
        else:
            inside = (len(piece) - len(piece.rstrip(b"\\"))) % 2 == 1
    return b"".join(outside)


def _containers(marks: bytes) -> int:
    return marks.count(b"[") + marks.count(b"{")


def _check_depth(outside: bytes) -> None:
    depth = 0
    for mark in outside:
        if mark in _OPEN:
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed(
                    _("The body nests deeper than %(limit)d levels. Flatten it.")
                    % {"limit": MAX_DEPTH},
                    code="too_deep",
                )
        elif mark in _CLOSE:
            depth -= 1


def _too_much(code: str, what: str, limit: int) -> Malformed:
    return Malformed(
        _("The body has more than %(limit)d %(what)s. Split it into several requests.")
        % {"limit": limit, "what": what},
        code=f"too_many_{code}",
    )


class _DuplicateKeyError(Exception):
    """Stops the fast parse; the slow one then finds where."""


def _parse(text: str) -> JsonValue:
    try:
        return _run(_DECODER, text)
    except _DuplicateKeyError:
        tree = _run(_KEEPING_TWINS, text)
    path, key = next((path, key) for path, value in walk(tree) for key in twins(value))
    sentence = _('The body has the key "%(key)s" twice. Send it once.')
    if path:
        sentence = _('The object %(path)s has the key "%(key)s" twice. Send it once.')
    raise Malformed(
        sentence % {"path": path, "key": shown(key)},
        field=join(path, key),
        code="duplicate_key",
    )


def _run(decoder: json.JSONDecoder, text: str) -> JsonValue:
    try:
        value: JsonValue = decoder.decode(text)
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at").removesuffix(" starting")
        raise Malformed(
            _(
                "The body is not valid JSON: %(why)s, at line %(line)d, column "
                "%(column)d."
            )
            % {"why": reason, "line": error.lineno, "column": error.colno}
        ) from error
    return value


def _integer(digits: str) -> int:
    _check_number_length(digits)
    return int(digits)


def _float(digits: str) -> float:
    _check_number_length(digits)
    value = float(digits)
    if not math.isfinite(value):
        raise Malformed(
            _("The number %(number)s is too large. Send it as a string.")
            % {"number": digits},
            code="number_out_of_range",
        )
    return value


def _check_number_length(digits: str) -> None:
    if len(digits) > MAX_NUMBER_CHARACTERS:
        raise Malformed(
            _(
                "The number that starts with %(start)s has %(length)d characters, and "
                "at most %(limit)d are read. Send it as a string."
            )
            % {
                "start": digits[:12],
                "length": len(digits),
                "limit": MAX_NUMBER_CHARACTERS,
            },
            code="number_out_of_range",
        )


def _constant(name: str) -> NoReturn:
    raise Malformed(
        _(
            "The body is not valid JSON: %(name)s is not a JSON value. Send null "
            "instead."
        )
        % {"name": name},
        code="number_out_of_range",
    )


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateKeyError
    return members


def _decoder(
    of_pairs: Callable[[list[tuple[str, JsonValue]]], object],
) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=of_pairs,
        parse_int=_integer,
        parse_float=_float,
        parse_constant=_constant,
    )


_DECODER = _decoder(_unique)
_KEEPING_TWINS = _decoder(Pairs)


def _check_strings(value: JsonValue) -> None:
    for path, item in walk(value):
        if isinstance(item, str) and _UNSTORABLE.search(item):
            raise _unstorable(path)
        if isinstance(item, dict):
            for key in item:
                if _UNSTORABLE.search(key):
                    raise _unstorable(join(path, key))


def _unstorable(path: str) -> Malformed:
    return Malformed(
        _(
            "%(path)s holds U+0000 or half of a surrogate pair, which is not text. "
            "Take it out."
        )
        % {"path": path},
        field=path,
        code="not_text",
    )
