"""From a request to a plan: load the layers, ask the cascade, freeze what it decided.

Reads only; the stored layers, senders and accounts may be CACHE_SECONDS old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from delivery.plan import (
    UNKNOWN_WORDING,
    ChannelPlan,
    NotificationPlan,
    Priority,
    SenderPlan,
    Wording,
)
from delivery.problems import Problems
from delivery.unknowns import DEFAULT_POLICY, Policy
from events import (
    accounts,
    attachments,
    audience,
    cascade,
    event_types,
    expecting,
    senders,
    timing,
    wording,
)
from events.cascade import Decision
from events.designs import Design, Event
from events.errors import FieldLocked, NoChannels
from events.layering import augments_of, layers_of
from events.requests import CHANNELS, NotifyRequest
from providers.channels.base import channel
from templates_app.locales import chain
from tenants.callers import Caller
from tenants.errors import MissingScope
from tenants.models import Tenant


def resolve(
    caller: Caller,
    request: NotifyRequest,
    problems: Problems,
    event: Event | None = None,
) -> NotificationPlan:
    """The frozen plan of a request, without that which `problems` is told of.

    A few queries at most: event type, templates and groups by reference; the rest is
    usually cached. An `event` that is given need not be stored. Raises Invalid where
    nothing is left to plan, MissingScope where the key may not send so.
    """
    if request.event:
        event = event_types.find(caller.tenant.id, request.event)
    decision = _decide(caller.tenant, request, event)
    if not decision.channels:
        raise _nothing(request)
    _refuse_channels(caller, decision.channels)
    params = decision.values.get("params", {})
    if event:
        problems.gather(expecting.ensure_fits, event.design.params_schema, params)
    heard = _Heard(caller, request, decision, event)
    plans = [_channel_plan(heard, name, problems) for name in decision.channels]
    return _plan(heard, plans)


def _plan(
    heard: _Heard, plans: Sequence[tuple[ChannelPlan, tuple[str, ...]]]
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
        warnings=(
            *(_unheard(name) for name in decision.unheard),
            *(one for _plan, warnings in plans for one in warnings),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Heard:
    """Who asked for what, and what was decided about it."""

    caller: Caller
    request: NotifyRequest
    decision: Decision
    event: Event | None

    @property
    def design(self) -> Design:
        """The event type's; an empty one says nothing."""
        return self.event.design if self.event else _NO_DESIGN


_NO_DESIGN = Design()


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


def _decide(tenant: Tenant, request: NotifyRequest, event: Event | None) -> Decision:
    try:
        return cascade.decide(
            layers_of(tenant.id, request, event),
            channels=CHANNELS,
            augments=augments_of(request),
        )
    except cascade.LockedField as error:
        field = error.path.removeprefix(f"{request.bare}.")
        if error.layer in ("overrides", "augments"):
            field = f"{error.layer}.{field}"
        raise FieldLocked(
            _("%(field)s is set by the system and cannot be changed here.")
            % {"field": field},
            field=field,
        ) from None


def _channel_plan(
    heard: _Heard, name: str, problems: Problems
) -> tuple[ChannelPlan, tuple[str, ...]]:
    """The plan of one channel, and what to warn of."""
    request, tenant_id = heard.request, heard.caller.tenant.id
    one: Mapping[str, Any] = heard.decision.values[name]
    path = request.path(name)
    recipients = one.get("recipients", {})
    ask = not request.rehearsal
    people = audience.of(tenant_id, name, recipients, problems, path=path, ask=ask)
    own, wanted = heard.decision.params[name], _wanted(heard, name)
    params = people.with_link(own)
    parts = _parts(heard, name, params, problems)
    plan = ChannelPlan(
        channel=name,
        to=people.to,
        cc=people.cc,
        bcc=people.bcc,
        wording=parts.wording,
        params=params,
        sender=parts.sender,
        account_id=parts.account_id,
        on_unknown=one.get("onUnknown") or DEFAULT_POLICY.get(name, Policy.RETRY_ONCE),
        priority=Priority[str(one.get("priority", "normal")).upper()],
        headers=one.get("headers", {}),
        files=attachments.plans(
            tenant_id, one, params=own, path=path, problems=problems, wanted=wanted
        ),
        due_at=parts.due_at,
        expires_at=parts.expires_at,
        destinations=_destinations(heard, name, people.named, problems),
        fan_outs=people.fan_outs,
        stand_in=people.stand_in,
        path=path,
    )
    return plan, people.warnings


def _destinations(
    heard: _Heard, name: str, wanted: Sequence[str], problems: Problems
) -> Mapping[str, UUID]:
    """A provider that has none is told by itself: the names may be right."""
    tenant_id, path = heard.caller.tenant.id, heard.request.path(name)
    provider = heard.decision.values[name].get("provider", "")
    find = accounts.destinations
    found = problems.gather(find, tenant_id, name, wanted, provider=provider, path=path)
    return find(tenant_id, name, wanted) if found is None else found


@dataclass(frozen=True, slots=True)
class _Parts:
    """What has to be looked up or worked out for one channel."""

    wording: Wording
    sender: SenderPlan
    account_id: UUID | None
    due_at: datetime | None
    expires_at: datetime | None


def _parts(
    heard: _Heard, name: str, params: Mapping[str, Any], problems: Problems
) -> _Parts:
    """Tells `problems` what is wrong with any of them."""
    caller, request = heard.caller, heard.request
    one: Mapping[str, Any] = heard.decision.values[name]
    path = request.path(name)
    words = problems.gather(
        wording.of,
        caller.tenant,
        name,
        one,
        params=params,
        spelling=request.spelling.get(name, {}),
        path=path,
        wanted=_wanted(heard, name),
    )
    sender = problems.gather(_sender, caller.tenant, name, one, path)
    account = problems.gather(_account, caller, name, one, path)
    times = problems.gather(
        timing.of,
        caller.tenant,
        one,
        life_seconds=heard.design.expires_after_seconds,
        where=lambda field: request.where(name, field),
    )
    due_at, expires_at = times or (None, None)
    return _Parts(
        words or UNKNOWN_WORDING, sender or SenderPlan(), account, due_at, expires_at
    )


def _wanted(heard: _Heard, name: str) -> tuple[str, ...]:
    """The request's language, else that in its params, else the tenant's."""
    said = heard.decision.params[name].get("locale")
    in_params = said if isinstance(said, str) else ""
    return chain(heard.request.locale, in_params, heard.caller.tenant.locale)


def _sender(tenant: Tenant, name: str, one: Mapping[str, Any], path: str) -> SenderPlan:
    return senders.choose(
        tenant,
        channel(name),
        address=one.get("from", ""),
        identity=one.get("identityId"),
        reply_to=tuple(one.get("replyTo", ())),
        path=path,
    )


def _account(
    caller: Caller, name: str, one: Mapping[str, Any], path: str
) -> UUID | None:
    return accounts.pinned(
        caller.tenant.id,
        channel(name),
        named=one.get("account", ""),
        key_type=caller.key_type,
        path=path,
    )
