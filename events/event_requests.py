"""A request that names an event type: its own layer, overrides above, augments on top.

Pure, as requests.py. Channels beside the event type are what the request says; those in
`overrides` win over them, and those in `augments` add to whatever was decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from delivery.problems import Problems
from events.requests import CHANNELS, NotifyRequest, Spelling, read
from notify_project.errors import Invalid

# An event type's own words are written in templates, and a text is its message.
OF_EVENT: Spelling = {"template": "template", "body": "message"}


def event(data: Mapping[str, Any], problems: Sequence[Invalid] = ()) -> NotifyRequest:
    """POST /notifyevent: {"notificationEventType": ..., "params": ..., ...}."""
    found = Problems(problems)
    beside = {
        name: value
        for name, value in data.items()
        if name not in ("notificationEventType", "overrides", "augments")
    }
    request = read(beside)
    overrides = read(data.get("overrides") or {}, within="overrides.")
    augments = read(data.get("augments") or {}, within="augments.")
    layers = (request, overrides, augments)
    for one in layers:
        found.found += one.problems
    return replace(
        request,
        event=data.get("notificationEventType") or "",
        overrides=overrides.layer,
        augments=augments.layer,
        spelling=_spelling(layers),
        shared={name: _shared(request, overrides, name) for name in CHANNELS},
        problems=tuple(found.found),
    )


def _spelling(layers: Sequence[NotifyRequest]) -> dict[str, Spelling]:
    """The highest layer that wrote a word decides what it is called."""
    return {
        name: {
            **OF_EVENT,
            **{
                word: theirs
                for one in layers
                for word, theirs in one.spelling.get(name, {}).items()
            },
        }
        for name in CHANNELS
    }


def _shared(
    request: NotifyRequest, overrides: NotifyRequest, name: str
) -> frozenset[str]:
    """What the channel has from the whole request."""
    said = request.shared.get(name, frozenset(request.for_all))
    return said - (overrides.layer.get(name) or {}).keys()
