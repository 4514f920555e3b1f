"""From a request to a plan: load the layers, ask the cascade, freeze what it decided.

Reads only; the stored layers, senders and accounts may be CACHE_SECONDS old.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
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
from events import accounts, cascade, senders, wording
from events.cascade import Decision, Layer
from events.errors import FieldLocked, InvalidTime, NoChannels
from events.layers import stored_layers
from events.requests import CHANNELS, NotifyRequest
from providers.channels.base import channel
from tenants.callers import Caller
from tenants.errors import MissingScope
from tenants.models import Tenant


def resolve(
    caller: Caller, request: NotifyRequest, problems: Problems
) -> NotificationPlan:
    """The frozen plan of a request, without that which `problems` is told of.

    A few queries at most: templates by reference; the rest is usually cached. Raises
    Invalid where nothing is left to plan, MissingScope where the key may not send so.
    """
    decision = _decide(caller.tenant, request)
    if not decision.channels:
        raise _nothing(request)
    _refuse_channels(caller, decision.channels)
    plans = [
        _channel_plan(caller, request, decision.values, name, problems)
        for name in decision.channels
    ]
    return NotificationPlan(
        tenant_id=caller.tenant.id,
        phone_region=caller.tenant.phone_region,
        missing_params=caller.tenant.missing_params,
        key_type=caller.key_type,
        key_name=caller.name,
        channels=tuple(plans),
        correlation_id=request.correlation_id,
        tags=request.tags,
        decided_by=decision.decided_by,
        params=decision.values.get("params", {}),
    )


def _nothing(request: NotifyRequest) -> NoChannels:
    if request.bare:
        return NoChannels(
            _("The request says nothing. Give recipients and content."),
            field="recipients",
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


def _decide(tenant: Tenant, request: NotifyRequest) -> Decision:
    layers = [
        *stored_layers(tenant.id),
        Layer("request", request.layer, switches=True),
    ]
    try:
        return cascade.decide(layers, channels=CHANNELS)
    except cascade.LockedField as error:
        field = error.path.removeprefix(f"{request.bare}.")
        raise FieldLocked(
            _("%(field)s is set by the system and cannot be changed here.")
            % {"field": field},
            field=field,
        ) from None


def _channel_plan(
    caller: Caller,
    request: NotifyRequest,
    values: Mapping[str, Any],
    name: str,
    problems: Problems,
) -> ChannelPlan:
    one: Mapping[str, Any] = values[name]
    path = request.path(name)
    params = {**values.get("params", {}), **one.get("params", {})}
    recipients = one.get("recipients", {})
    parts = _parts(caller, request, name, one, params, problems)
    return ChannelPlan(
        channel=name,
        to=tuple(recipients.get("to", ())),
        cc=tuple(recipients.get("cc", ())),
        bcc=tuple(recipients.get("bcc", ())),
        wording=parts.wording,
        params=params,
        sender=parts.sender,
        account_id=parts.account_id,
        on_unknown=one.get("onUnknown") or DEFAULT_POLICY.get(name, Policy.RETRY_ONCE),
        priority=Priority[str(one.get("priority", "normal")).upper()],
        headers=one.get("headers", {}),
        files=request.files.get(name, ()),
        due_at=parts.due_at,
        expires_at=parts.expires_at,
        destinations=_destinations(caller.tenant, request, name, one, problems),
        path=path,
    )


def _destinations(
    tenant: Tenant,
    request: NotifyRequest,
    name: str,
    one: Mapping[str, Any],
    problems: Problems,
) -> Mapping[str, UUID]:
    """A provider that has none is told by itself: the names may be right."""
    wanted = one.get("recipients", {}).get("to", ())
    path, provider = request.path(name), one.get("provider", "")
    find = accounts.destinations
    found = problems.gather(find, tenant.id, name, wanted, provider=provider, path=path)
    if found is None:
        return find(tenant.id, name, wanted)
    return found


@dataclass(frozen=True, slots=True)
class _Parts:
    """What has to be looked up or worked out for one channel."""

    wording: Wording
    sender: SenderPlan
    account_id: UUID | None
    due_at: datetime | None
    expires_at: datetime | None


def _parts(
    caller: Caller,
    request: NotifyRequest,
    name: str,
    one: Mapping[str, Any],
    params: Mapping[str, Any],
    problems: Problems,
) -> _Parts:
    """Tells `problems` what is wrong with any of them."""
    path = request.path(name)
    words = problems.gather(
        wording.of,
        caller.tenant,
        name,
        one,
        params=params,
        spelling=request.spelling.get(name, {}),
        path=path,
    )
    sender = problems.gather(_sender, caller.tenant, name, one, path)
    account = problems.gather(_account, caller, name, one, path)
    times = problems.gather(_times, caller.tenant, request, name, one)
    due_at, expires_at = times or (None, None)
    return _Parts(
        words or UNKNOWN_WORDING, sender or SenderPlan(), account, due_at, expires_at
    )


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


def _times(
    tenant: Tenant, request: NotifyRequest, name: str, one: Mapping[str, Any]
) -> tuple[datetime | None, datetime | None]:
    """When it is due (None: at once) and when it expires (None: never)."""
    now = timezone.now()
    due = _moment(one.get("delayedSend"))
    expires = _moment(one.get("expiresAt"))
    horizon = now + timedelta(days=tenant.max_delay_days)
    if due and due > horizon:
        field = request.where(name, "delayedSend")
        raise InvalidTime(
            _("%(field)s is more than %(days)s days ahead.")
            % {"field": field, "days": tenant.max_delay_days},
            field=field,
        )
    if due and due <= now:
        due = None  # past: send now
    if expires and expires <= (due or now):
        field = request.where(name, "expiresAt")
        raise InvalidTime(
            _("%(field)s is before the message could be sent.") % {"field": field},
            field=field,
        )
    return due, expires


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
