"""What the fields of one channel say, as a design; and a design as they show it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from events.admin import document_fields
from events.admin.channel_fields import (
    REFERENCES,
    Level,
    fields,
    kinds_of,
    references_of,
)
from events.designs import ChannelDesign
from providers.channels.base import Channel

_NAMED = ("group", "list")  # a line such as "group: Approvers"

Given = Callable[[str], Any]


def initial(
    kind: Channel, one: ChannelDesign, names: Mapping[str, str], level: Level
) -> dict[str, Any]:
    """What a design says, as the fields show it; `names` has those of groups and lists
    by id."""
    content: Mapping[str, Any] = one.values.get("content", {})
    recipients = _recipients(one)
    found: dict[str, Any] = {
        "template": str(one.template_id or ""),
        "sender": str(one.sender_id or ""),
        "account": str(one.account_id or ""),
        "priority": one.values.get("priority", ""),
        "on_unknown": one.values.get("onUnknown", ""),
        "reply_to": "\n".join(one.values.get("replyTo", ())),
        "headers": one.values.get("headers", {}),
        "params": one.values.get("params", {}),
        **{each.name: content.get(each.name, "") for each in kind.content_fields},
        **{name: _at(one.values, path) for name, path in level.texts.items()},
    }
    if kind.attachments:
        found |= document_fields.initial(one.values.get("attachments", ()))
    for name in kinds_of(kind):
        found[name] = "\n".join(line(each, names) for each in recipients.get(name, ()))
    return found


def design(
    kind: Channel,
    given: Given,
    before: ChannelDesign,
    names: Mapping[str, str],
    level: Level,
) -> ChannelDesign:
    """What the fields say; what has no field stays.

    `names` has groups and lists by id, so that a line that stayed is the entry it was.
    """
    said = {each.name: given(each.name) for each in kind.content_fields}
    own = {
        "recipients": _named(kind, given, before, names),
        "content": {**before.values.get("content", {}), **said},
        "priority": given("priority"),
        "onUnknown": given("on_unknown"),
        "headers": given("headers"),
        "params": given("params"),
        "replyTo": _entries(given("reply_to"), {}),
    }
    for name, path in level.texts.items():
        within = own[path[0]] if len(path) > 1 else own
        within[path[-1]] = given(name)
    own["content"] = _filled(own["content"])
    if kind.attachments and level.owner:
        files = before.values.get("attachments", ())
        own["attachments"] = document_fields.attachments(given, files)
    return ChannelDesign(
        on=before.on,
        **_references(kind, given, before, level),
        values=_filled({**before.values, **own}),
    )


def line(entry: Any, names: Mapping[str, str]) -> str:
    """A recipient as it stands in its line."""
    if isinstance(entry, Mapping):
        [(kind, reference)] = entry.items()
        return f"{kind}: {names.get(reference, reference)}"
    return str(entry)


def told(
    kind: Channel, one: ChannelDesign, names: Mapping[str, str], level: Level
) -> Iterator[tuple[str, str]]:
    """What a design says in words, to be looked at: (label of a field, value).

    `names` has, by id, those of all that it refers to.
    """
    said = initial(kind, one, names, level)
    for name, field in fields(kind, level).items():
        value = said.get(name)
        if value and not name.endswith("_filename"):
            yield str(field.label), in_words(field, value, names)


def in_words(field: Any, value: Any, names: Mapping[str, str]) -> str:
    """One value as its field calls it; a reference by its name."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {plain(each)}" for name, each in value.items())
    if "data-chips" in field.widget.attrs:
        return ", ".join(str(value).split("\n"))
    choices = dict(getattr(field, "choices", ()))
    text = choices.get(value) or names.get(str(value).removeprefix("service:"), value)
    return str(text)


def plain(value: Any) -> str:
    """A param as one reads it: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _references(
    kind: Channel, given: Given, before: ChannelDesign, level: Level
) -> dict[str, UUID | None]:
    chosen = references_of(kind, level)
    kept = {name: getattr(before, f"{name}_id") for name in REFERENCES}
    found = {name: _id(given(name)) for name in chosen}
    return {f"{name}_id": one for name, one in {**kept, **found}.items()}


def _at(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    within: Any = values
    for part in path:
        within = within.get(part) or {}
    return within or ""


def _named(
    kind: Channel, given: Given, before: ChannelDesign, names: Mapping[str, str]
) -> dict[str, Any]:
    entries = [one for each in _recipients(before).values() for one in each]
    known = {line(one, names): one for one in entries}
    return _filled({name: _entries(given(name), known) for name in kinds_of(kind)})


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _id(chosen: str) -> UUID | None:
    return UUID(chosen) if chosen else None


def _recipients(one: ChannelDesign) -> Mapping[str, Any]:
    recipients: Mapping[str, Any] = one.values.get("recipients", {})
    return recipients


def _entries(text: str, known: Mapping[str, Any]) -> list[Any]:
    """One a line; "group: Approvers" names a group, "list: News" a list."""
    lines = [one.strip() for one in text.splitlines() if one.strip()]
    return [known.get(one) or _entry(one) for one in lines]


def _entry(text: str) -> Any:
    kind, colon, name = text.partition(":")
    if colon and kind.strip().lower() in _NAMED:
        return {kind.strip().lower(): name.strip()}
    return text
