"""A test send: a version of an event type, for real, to its designer instead of all.

It goes out by the accounts that calls would use, is marked in its subject and in the
history, counts for no report, and the tenant's programs are not told of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from delivery import recording
from delivery.composed import Composed
from delivery.composing import compose
from delivery.models.notification import TRYOUT
from delivery.plan import CallbackPlan, ChannelPlan, NotificationPlan
from delivery.problems import Problems
from delivery.withholding import withhold
from events.designs import event_of
from events.event_requests import OF_EVENT
from events.event_types import design_of
from events.layers import stored_layers, without_locks_on
from events.models import EventType, EventVersion
from events.requests import CHANNELS, NotifyRequest
from events.resolving import resolve
from notify_project.db import clock
from notify_project.queue.bell import ring
from notify_project.queue.writing import writing
from tenants.callers import ALL_SCOPES, Caller

# Which texts of a channel say that it is a test; an SMS has none, and stays as it is.
_MARKED = ("subject", "title")


def try_out(
    event: EventType,
    version: EventVersion,
    params: Mapping[str, Any],
    to: Mapping[str, str],
    *,
    by: str,
) -> UUID:
    """Send it to the one address or destination that `to` has for each channel.

    Other channels are left out, and so are all whom the event type or the defaults
    name, locked or not. Returns the notifyId; raises what a call with these params
    would be answered.
    """
    composed = _composed(event, version, params, to, by)
    with writing():
        now = clock.now()
        notification = recording.new_notification(composed, now=now)
        recording.record(composed, notification)
    for lane in recording.lanes(composed, now=now):
        ring(lane)
    return notification.id


def _composed(
    event: EventType,
    version: EventVersion,
    params: Mapping[str, Any],
    to: Mapping[str, str],
    by: str,
) -> Composed:
    request = NotifyRequest(
        layer={"params": params} if params else {},
        spelling=dict.fromkeys(CHANNELS, OF_EVENT),
        overrides={name: _instead(to.get(name, "")) for name in CHANNELS},
    )
    problems = Problems()
    caller = Caller(event.tenant, TRYOUT, ALL_SCOPES, by[:100])
    heard = event_of(event.name, version.number, design_of(version))
    below = [
        without_locks_on(one, "recipients") for one in stored_layers(event.tenant_id)
    ]
    plan = resolve(caller, request, problems, heard, below)
    return withhold(compose(_marked(plan, event.tenant.locale), problems.found))


def _instead(address: str) -> Mapping[str, Any]:
    """The override of one channel; {} switches it off."""
    if not address:
        return {}
    return {"recipients": {"to": [address], "cc": None, "bcc": None}}


def _marked(plan: NotificationPlan, locale: str) -> NotificationPlan:
    with translation.override(locale or None):
        mark = _("[Test]")
    channels = tuple(_marked_channel(one, mark) for one in plan.channels)
    # No program asked for it: one that is told would look for a call it never made.
    return replace(plan, channels=channels, callback=CallbackPlan())


def _marked_channel(one: ChannelPlan, mark: str) -> ChannelPlan:
    texts = {
        name: f"{mark} {text}" if name in _MARKED and text else text
        for name, text in one.wording.texts.items()
    }
    return replace(one, wording=replace(one.wording, texts=texts))
