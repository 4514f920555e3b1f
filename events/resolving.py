"""From a request to a plan: load the layers, ask the cascade, freeze what it decided.

Reads only; the stored layers, senders and accounts may be CACHE_SECONDS old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery.plan import (
    CallbackPlan,
    ChannelPlan,
    NotificationPlan,
)
from delivery.problems import Problems
from events import (
    cascade,
    event_types,
    expecting,
    naming_callbacks,
    planning,
)
from events.cascade import Decision, Layer
from events.designs import Event
from events.errors import FieldLocked, NoChannels
from events.layering import augments_of, layers_of
from events.planning import Heard
from events.requests import CHANNELS, NotifyRequest
from providers.channels.base import channel
from tenants.callers import Caller
from tenants.errors import MissingScope
from tenants.models import Tenant


def resolve(
    caller: Caller,
    request: NotifyRequest,
    problems: Problems,
    event: Event | None = None,
    defaults: Sequence[Layer] | None = None,
) -> NotificationPlan:
    """The frozen plan of a request, without that which `problems` is told of.

    A few queries at most, the rest is usually cached. An `event` that is given need not
    be stored, nor `defaults`, which are the two lowest layers. Raises Invalid where
    nothing is left to plan, MissingScope where the key may not send so.
    """
    if request.event:
        event = event_types.find(caller.tenant.id, request.event)
    decision = _decide(caller.tenant, request, event, defaults)
    if not decision.channels:
        raise _nothing(request)
    _refuse_channels(caller, decision.channels)
    params = decision.values.get("params", {})
    if event:
        problems.gather(expecting.ensure_fits, event.design.params_schema, params)
    callback = problems.gather(naming_callbacks.of, caller.tenant, request, decision)
    heard = Heard(caller, request, decision, event)
    plans = [planning.channel_plan(heard, name, problems) for name in decision.channels]
    return _plan(heard, plans, callback)


def _plan(
    heard: Heard,
    plans: Sequence[tuple[ChannelPlan, tuple[str, ...]]],
    callback: CallbackPlan | None,
) -> NotificationPlan:
    caller, request, decision = heard.caller, heard.request, heard.decision
    event = heard.event
    return NotificationPlan(
        tenant_id=caller.tenant.id,
        phone_region=caller.tenant.phone_region,
        missing_params=caller.tenant.missing_params,
        key_type=caller.key_type,
        key_name=caller.name,
        channels=tuple(one for one, _warnings in plans),
        correlation_id=request.correlation_id,
        tags=tuple(dict.fromkeys([*heard.design.tags, *request.tags])),
        event_type=event.name if event else "",
        event_version=event.version if event else None,
        mandatory=heard.design.mandatory,
        window_seconds=heard.design.window_seconds,
        decided_by=decision.decided_by,
        params=decision.values.get("params", {}),
        callback=callback,
        correlation_made=request.correlation_made,
        warnings=(
            *(_unheard(name) for name in decision.unheard),
            *(one for _plan, warnings in plans for one in warnings),
        ),
    )


def _nothing(request: NotifyRequest) -> NoChannels:
    if request.bare:
        return NoChannels(
            _("The request says nothing. Give recipients and content."),
            field="recipients",
        )
    if request.event:
        return NoChannels(
            _(
                "No channel is left: the event type has none on, or the request "
                "switches off those that it has."
            )
        )
    return NoChannels(
        _("The request switches no channel on. Give email, sms or msgApp.")
    )


def _refuse_channels(caller: Caller, names: Iterable[str]) -> None:
    """A key that is bound to some channels sends over no other."""
    for name in names:
        if not caller.may_send_over(channel(name).lane):
            raise MissingScope(
                _(
                    "This key may not send over %(channel)s. Use one that may, or "
                    "leave the channel out."
                )
                % {"channel": name}
            )


def _unheard(name: str) -> str:
    return _("augments.%(channel)s adds nothing: the channel is not on.") % {
        "channel": name
    }


def _decide(
    tenant: Tenant,
    request: NotifyRequest,
    event: Event | None,
    defaults: Sequence[Layer] | None,
) -> Decision:
    try:
        return cascade.decide(
            layers_of(tenant.id, request, event, defaults),
            channels=CHANNELS,
            augments=augments_of(request),
        )
    except cascade.LockedField as error:
        raise locked(error, request) from None


def locked(
    error: cascade.LockedField, request: NotifyRequest | None = None
) -> FieldLocked:
    """What is told of a field that the system keeps for itself: who says it, and so who
    can mend that."""
    bare = request.bare if request else ""
    field = error.path.removeprefix(f"{bare}.")
    if error.layer in ("overrides", "augments"):
        field = f"{error.layer}.{field}"
    text = _STANDS_IN.get(error.layer) or _(
        "%(field)s is set by the system and cannot be changed here."
    )
    return FieldLocked(str(text) % {"field": field}, field=field)


# What was said before it was locked.
_STANDS_IN: Mapping[str, Any] = {
    "tenant": gettext_lazy(
        "%(field)s is set by the system, and the tenant's defaults say it still. Save "
        "them once more, and it goes."
    ),
    "event": gettext_lazy(
        "%(field)s is set by the system, and the event type says it still. Save and "
        "publish it once more, and it goes."
    ),
}
