"""One channel of a decision, frozen: what has to be looked up or worked out for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from delivery.plan import (
    UNKNOWN_WORDING,
    ChannelPlan,
    DocumentPlan,
    OwnPlan,
    Priority,
    SenderPlan,
    Wording,
)
from delivery.problems import Problems
from delivery.unknowns import DEFAULT_POLICY, Policy
from events import accounts, attachments, audience, own_words, senders, timing, wording
from events.audience import Audience
from events.cascade import Decision
from events.designs import Design, Event
from events.requests import NotifyRequest
from providers.channels.base import channel
from providers.files import File
from tenants.callers import Caller
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Heard:
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


def channel_plan(
    heard: Heard, name: str, problems: Problems
) -> tuple[ChannelPlan, tuple[str, ...]]:
    """The plan of one channel, and what to warn of."""
    one: Mapping[str, Any] = heard.decision.values[name]
    people = _people(heard, name, problems)
    words, params = _example(heard, name, people, problems)
    parts = _parts(heard, name, problems)
    plan = ChannelPlan(
        channel=name,
        to=people.to,
        cc=people.cc,
        bcc=people.bcc,
        wording=words or UNKNOWN_WORDING,
        params=params,
        sender=parts.sender,
        account_id=parts.account_id,
        on_unknown=one.get("onUnknown") or DEFAULT_POLICY.get(name, Policy.RETRY_ONCE),
        priority=Priority[str(one.get("priority", "normal")).upper()],
        headers=one.get("headers", {}),
        files=_files(heard, name, problems),
        due_at=parts.due_at,
        expires_at=parts.expires_at,
        destinations=_destinations(heard, name, people.named, problems),
        fan_outs=people.fan_outs,
        stand_in=people.stand_in,
        own=_own(heard, name, people, words),
        path=heard.request.path(name),
    )
    return plan, people.warnings


def _files(
    heard: Heard, name: str, problems: Problems
) -> tuple[File | DocumentPlan, ...]:
    """The same for everybody: what is made of them is made once."""
    return attachments.plans(
        heard.caller.tenant.id,
        heard.decision.values[name],
        params=heard.decision.params[name],
        path=heard.request.path(name),
        problems=problems,
        wanted=_said(heard, name).wanted(),
    )


def _people(heard: Heard, name: str, problems: Problems) -> Audience:
    request, tenant = heard.request, heard.caller.tenant
    return audience.of(
        tenant,
        name,
        heard.decision.values[name].get("recipients", {}),
        problems,
        path=request.path(name),
        ask=not request.rehearsal,
    )


def _example(
    heard: Heard, name: str, people: Audience, problems: Problems
) -> tuple[Wording | None, Mapping[str, Any]]:
    """The channel's own words and their params, perhaps the first subscriber's."""
    said, theirs = _said(heard, name), heard.decision.params[name]
    first = own_words.example(heard.caller.tenant.id, people)
    params = people.with_link(own_words.params_for(first, theirs))
    wanted = said.wanted(first.locale if first else "")
    words = problems.gather(_words, heard, name, params, wanted)
    if not (first and words and words.service):
        return words, params
    # A service is not called for each of them: all read the same, nobody's own.
    params = people.with_link(theirs)
    return problems.gather(_words, heard, name, params, said.wanted()), params


def _own(
    heard: Heard, name: str, people: Audience, found: Wording | None
) -> OwnPlan | None:
    if found is None or found.service:  # told already, or the same for everybody
        return None
    params = heard.decision.params[name]
    find = partial(_words, heard, name, people.with_link(params))
    return own_words.plan(people, _said(heard, name), params, find)


def _destinations(
    heard: Heard, name: str, wanted: Sequence[str], problems: Problems
) -> Mapping[str, UUID]:
    """A provider that has none is told by itself: the names may be right."""
    tenant_id, path = heard.caller.tenant.id, heard.request.path(name)
    provider = heard.decision.values[name].get("provider", "")
    find = accounts.destinations
    found = problems.gather(find, tenant_id, name, wanted, provider=provider, path=path)
    return find(tenant_id, name, wanted) if found is None else found


@dataclass(frozen=True, slots=True)
class _Parts:
    """What else has to be looked up or worked out for one channel."""

    sender: SenderPlan
    account_id: UUID | None
    due_at: datetime | None
    expires_at: datetime | None


def _parts(heard: Heard, name: str, problems: Problems) -> _Parts:
    """Tells `problems` what is wrong with any of them."""
    caller, request = heard.caller, heard.request
    one: Mapping[str, Any] = heard.decision.values[name]
    path = request.path(name)
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
    return _Parts(sender or SenderPlan(), account, due_at, expires_at)


def _words(
    heard: Heard, name: str, params: Mapping[str, Any], wanted: tuple[str, ...]
) -> Wording:
    return wording.of(
        heard.caller.tenant,
        name,
        heard.decision.values[name],
        params=params,
        spelling=heard.request.spelling.get(name, {}),
        path=heard.request.path(name),
        wanted=wanted,
    )


def _said(heard: Heard, name: str) -> own_words.Said:
    said = heard.decision.params[name].get("locale")
    in_params = said if isinstance(said, str) else ""
    return own_words.Said(heard.request.locale, in_params, heard.caller.tenant.locale)


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
