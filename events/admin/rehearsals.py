"""What a version would send with sample params, for the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from events import checking, previewing
from events.event_types import design_of
from events.models import EventType, EventVersion
from notify_project.api.strict_json import parse_object
from notify_project.errors import Malformed, NotifyError


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """By channel what would be sent, with who decided it; or what is wrong."""

    channels: Mapping[str, Any] = field(default_factory=dict)
    decided_by: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def of(event: EventType, version: EventVersion, samples: str) -> Rehearsed:
    """Stores and sends nothing."""
    try:
        params = parse_object((samples or "{}").encode())
        composed = checking.rehearse(
            event.tenant, event.name, design_of(version), params
        )
    except Malformed as refusal:
        return Rehearsed(problems=(refusal.message,))
    except NotifyError as refusal:
        told = tuple(one.message for one in refusal.errors)
        return Rehearsed(problems=told or (refusal.message,))
    shown = previewing.shown(composed)
    return Rehearsed(
        channels={name: one for name, one in shown.items() if name != "warnings"},
        decided_by=previewing.explained(composed),
        warnings=composed.plan.warnings,
    )
