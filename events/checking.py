"""A design is checked when it is saved: what is wrong is said now, with its field.

1. Each channel by itself (events/channel_checks.py). 2. If there are sample params, the
whole is rehearsed with them: resolved and composed as a request would be, and nothing
stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from delivery.composed import Composed
from delivery.composing import compose
from delivery.problems import Problems
from events import channel_checks, expecting, naming
from events.cascade import Layer
from events.channel_checks import Flaws
from events.designs import ChannelDesign, Design, event_of
from events.errors import InvalidDesign
from events.event_requests import OF_EVENT
from events.naming import Named
from events.requests import CHANNELS, NotifyRequest
from events.resolving import resolve
from templates_app.params import plain
from tenants.callers import ALL_SCOPES, Caller
from tenants.models import Tenant

_URGENCIES = ("critical", "high", "normal", "low")
_LONGEST_SECONDS = 366 * 86_400


def ensure_sound(tenant: Tenant, name: str, design: Design) -> Mapping[str, Named]:
    """By channel, the id of each group and list that its recipients name.

    Raises InvalidDesign with one entry for each field that is wrong.
    """
    found = Flaws()
    found.gather(_whole, design)
    named = {
        code: _channel(tenant, code, one, found)
        for code, one in design.channels.items()
    }
    found.raise_all()
    if design.sample_params:
        ensure_sendable(tenant, name, design)
    return named


def ensure_sendable(tenant: Tenant, name: str, design: Design) -> None:
    """A call with the sample params, or with none, would be accepted, or would be
    once somebody has subscribed. Raises InvalidDesign with all that it would be
    answered."""
    found = Flaws()
    found.gather(rehearse, tenant, name, design, design.sample_params)
    found.raise_all(unless=naming.of_lists(design))


def rehearse(
    tenant: Tenant,
    name: str,
    design: Design,
    params: Mapping[str, Any],
    *,
    ask: bool = False,
    defaults: Sequence[Layer] | None = None,
) -> Composed:
    """What a call with these params would send; raises what it would be answered.

    Without `ask` no directory is called, as where a design is saved in a transaction.
    `defaults` stand for the two lowest layers.
    """
    request = NotifyRequest(
        rehearsal=not ask,
        layer={"params": params} if params else {},
        spelling=dict.fromkeys(CHANNELS, OF_EVENT),
    )
    problems = Problems()
    caller = Caller(tenant, "live", ALL_SCOPES, "design")
    event = event_of(name, 0, design)
    plan = resolve(caller, request, problems, event, defaults)
    return compose(plan, problems.found)


def _channel(tenant: Tenant, code: str, one: ChannelDesign, found: Problems) -> Named:
    """Tells `found` what is wrong; what its recipients name."""
    if not (one.values or one.template_id or one.sender_id or one.account_id):
        text = _("Say something of this channel, or leave it out.")
        found.found.append(_wrong(code, text))
    return channel_checks.run(tenant, code, one, found)


def _whole(design: Design) -> None:
    """What is said beside the channels."""
    found = Flaws()
    if not any(one.on for one in design.channels.values()):
        found.found.append(_wrong("channels", _("Switch at least one channel on.")))
    if design.urgency not in _URGENCIES:
        found.found.append(channel_checks.one_of("urgency", _URGENCIES))
    for field in ("expires_after_seconds", "window_seconds"):
        seconds = getattr(design, field)
        if seconds is not None and not 0 <= seconds <= _LONGEST_SECONDS:
            text = _("Give 0 to %(limit)s seconds.") % {"limit": _LONGEST_SECONDS}
            found.found.append(_wrong(field, text))
    found.gather(expecting.ensure_sound, design.params_schema, field="params_schema")
    found.gather(plain, design.sample_params)
    found.gather(plain, design.params)
    if design.callback and not design.callback.get("url"):
        text = _("Say where to call, or choose that nobody is told.")
        found.found.append(_wrong("callback.url", text))
    found.raise_all()


def _wrong(field: str, text: str) -> InvalidDesign:
    return InvalidDesign(text, field=field)
