"""What a bundle's file looks like, and what two bundles differ in. Pure.

JSON: {"notify": 1, "images": [...], "templates": [...], "eventTypes": [...]}. Rows are
named, never numbered: ids mean nothing elsewhere. Texts of several lines stand as lists
of lines, so that a version control shows which line changed.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from events.errors import InvalidBundle
from notify_project.api.strict_json import Bounds, parse_object
from notify_project.errors import FieldError, NotifyError
from templates_app import bundling

FORMAT = 1
MOST_BYTES = 20_000_000
# A line of a text is a value: what a large tenant exports has far more than a request.
_BOUNDS = Bounds(keys=200_000, values=500_000, quotes=2_000_000)
CHANNEL: Mapping[str, Any] = {
    "on": True,
    "template": "",
    "sender": "",
    "account": "",
    "values": {},
}
EVENT_TYPE: Mapping[str, Any] = {
    "name": "",
    "aliases": [],
    "displayName": "",
    "description": "",
    "category": "",
    "urgency": "normal",
    "mandatory": False,
    "tags": [],
    "expiresAfterSeconds": None,
    "idempotencyWindowSeconds": None,
    "paramsSchema": {},
    "sampleParams": {},
    "params": {},
    "channels": {},
}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "images": bundling.IMAGE,
    "templates": bundling.TEMPLATE,
    "eventTypes": EVENT_TYPE,
}
_LINES = ("body", "subject", "description")
_DATA = ("sampleParams", "paramsSchema", "params")  # in which no name means anything
_ONLY_CHANGED = ("content",)  # a picture's bytes say nothing to a reader
_CONTEXT = 2

Entry = Mapping[str, Any]
Bundle = Mapping[str, Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that is new, or that would change; `changes` has its fields, each with
    the lines of a unified difference."""

    kind: str
    name: str
    is_new: bool
    changes: Mapping[str, Sequence[str]]


def written(bundle: Bundle) -> str:
    """The same bundle makes the same text."""
    said = {kind: [_in_lines(one) for one in bundle[kind]] for kind in KINDS}
    return json.dumps({"notify": FORMAT, **said}, indent=2, ensure_ascii=False) + "\n"


def read(data: bytes) -> Bundle:
    """Each entry with all its fields. Raises InvalidBundle with all that is wrong."""
    if len(data) > MOST_BYTES:
        raise InvalidBundle(_("The file has more than 20 MB."))
    try:
        said = parse_object(data, _BOUNDS)
    except NotifyError as error:
        raise InvalidBundle(
            _("This is no file that Notify has exported: %(reason)s")
            % {"reason": error.message}
        ) from None
    if said.get("notify") != FORMAT:
        raise InvalidBundle(
            _("This is no file that Notify has exported: it has no notify: 1.")
        )
    problems = [
        FieldError(name, "unknown_field", _("%(name)s is not known.") % {"name": name})
        for name in said.keys() - KINDS.keys() - {"notify"}
    ]
    found = {
        kind: list(_entries(said.get(kind, []), kind, form, problems))
        for kind, form in KINDS.items()
    }
    problems += [one for kind in found for one in _twice(kind, found[kind])]
    if problems:
        raise InvalidBundle(problems[0].message, errors=problems)
    return found


def _entries(
    said: Any, kind: str, form: Mapping[str, Any], problems: list[FieldError]
) -> Iterator[Entry]:
    if not isinstance(said, list):
        problems.append(_wrong(kind, []))
        return
    for position, one in enumerate(said):
        path = f"{kind}[{position}]"
        entry = _completed(one, form, path, problems)
        channels = entry.get("channels")
        if isinstance(channels, Mapping):
            entry["channels"] = {
                code: _completed(each, CHANNEL, f"{path}.channels.{code}", problems)
                for code, each in channels.items()
            }
        yield entry


def _twice(kind: str, entries: Sequence[Entry]) -> Iterator[FieldError]:
    """Names that stand at more than one entry: only the last would be there."""
    seen: set[str] = set()
    for position, one in enumerate(entries):
        name = str(one["name"])
        if name.lower() in seen:
            path = f"{kind}[{position}].name"
            text = _("%(path)s: %(name)s is there twice.")
            told = text % {"path": path, "name": repr(name)[:80]}
            yield FieldError(path, "invalid_field", told)
        seen.add(name.lower())


def _completed(
    one: Any, form: Mapping[str, Any], path: str, problems: list[FieldError]
) -> dict[str, Any]:
    """With what is meant where nothing is said; tells of what is not known."""
    if not isinstance(one, Mapping):
        problems.append(_wrong(path, {}))
        return dict(form)
    said = _out_of_lines(one)
    for name in said.keys() - form.keys():
        text = _("%(name)s is not known.") % {"name": f"{path}.{name}"}
        problems.append(FieldError(f"{path}.{name}", "unknown_field", text))
    for name, meant in form.items():
        if not _fits(said.get(name, meant), meant):
            problems.append(_wrong(f"{path}.{name}", meant))
    return {name: said.get(name, meant) for name, meant in form.items()}


def _fits(value: Any, meant: Any) -> bool:
    if meant is None:
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    return isinstance(value, type(meant))


def _wrong(path: str, meant: Any) -> FieldError:
    kinds = {
        bool: _("true or false"),
        str: _("a text"),
        list: _("a list"),
        dict: _("an object"),
    }
    wanted = kinds.get(type(meant), _("a whole number"))
    text = _("%(path)s must be %(kind)s.") % {"path": path, "kind": wanted}
    return FieldError(path, "invalid_field", text)


def _in_lines(value: Any, name: str = "") -> Any:
    if name in _DATA:
        return value
    if isinstance(value, Mapping):
        return {key: _in_lines(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_in_lines(each) for each in value]
    several = name in _LINES and isinstance(value, str) and "\n" in value
    return value.split("\n") if several else value


def _out_of_lines(value: Any, name: str = "") -> Any:
    if name in _DATA:
        return value
    if isinstance(value, Mapping):
        return {key: _out_of_lines(each, key) for key, each in value.items()}
    if name in _LINES and isinstance(value, list):
        return "\n".join(map(str, value))
    return [_out_of_lines(each) for each in value] if isinstance(value, list) else value


def differences(here: Bundle, wanted: Bundle) -> Sequence[Difference]:
    """What taking over `wanted` would make or change; what is only here stays."""
    return [
        Difference(kind, one["name"], there is None, changes)
        for kind in KINDS
        for one in wanted[kind]
        for there in [_named(here[kind], one["name"])]
        if there is None or _flat(there) != _flat(one)
        for changes in [_changes(there or KINDS[kind], one)]
    ]


def _named(entries: Sequence[Entry], name: str) -> Entry | None:
    found = (one for one in entries if one["name"].lower() == name.lower())
    return next(found, None)


def _changes(before: Entry, after: Entry) -> Mapping[str, Sequence[str]]:
    old, new = _flat(before), _flat(after)
    names = [*new, *(name for name in old if name not in new)]
    return {
        name: _lines(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    }


def _lines(name: str, old: str, new: str) -> Sequence[str]:
    if name in _ONLY_CHANGED:
        return []
    before, after = old.splitlines(), new.splitlines()
    lines = difflib.unified_diff(before, after, n=_CONTEXT, lineterm="")
    return [one for one in lines if not one.startswith(("---", "+++"))]


def _flat(entry: Entry, path: str = "") -> dict[str, str]:
    """Each field as a text, under its path; data as JSON, in which "1" is not 1."""
    found: dict[str, str] = {}
    for name, value in entry.items():
        if isinstance(value, Mapping) and value and name not in _DATA:
            found |= _flat(value, f"{path}{name}.")
        elif isinstance(value, str):
            found[f"{path}{name}"] = value
        else:
            text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
            found[f"{path}{name}"] = text if value not in ({}, [], None) else ""
    return {name: text for name, text in found.items() if text}
