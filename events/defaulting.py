"""Write what the system or a tenant says of one channel: checked, then stored.

1. It is looked at by itself, as an event type's say is (events/channel_checks.py).
2. The tenant's event types are rehearsed with it, by their samples: what could be sent
   before has to be sent afterwards too. Of the system's say, whom it stops is told,
   and an operator decides. 3. It is stored, with what it names protected.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from events import attachments, cascade, channel_checks, checking, layers, resolving
from events.cascade import Layer
from events.channel_checks import OF_DEFAULTS, Flaws
from events.designs import ChannelDesign, Design, event_of
from events.drafts import values_by_id
from events.errors import InvalidDesign
from events.event_types import design_of
from events.models import (
    DefaultsReference,
    EventType,
    SystemDefaults,
    TenantDefaults,
)
from events.naming import Named
from events.requests import CHANNELS
from notify_project.errors import NotifyError
from notify_project.queue.writing import writing
from providers.channels.base import channel
from templates_app import images
from tenants.models import Tenant

_MOST = 200
_WORK_SECONDS = 1.0
_TOLD = 3


def say_for_system(
    row: SystemDefaults, design: ChannelDesign, locked: Sequence[str]
) -> SystemDefaults:
    """Heard within CACHE_SECONDS. Raises InvalidDesign with all that is wrong.

    It holds whatever becomes of tenants' event types; `stopped_by_system` tells that.
    """
    _ensure_sound(None, row.channel, design, locked)
    row.account_id, row.locked = design.account_id, list(locked)
    row.values = dict(design.values)
    with writing():
        row.save()
    layers.forget()
    return row


def stopped_by_system(
    row: SystemDefaults, design: ChannelDesign, locked: Sequence[str]
) -> Sequence[str]:
    """Which event types could be sent before and could not afterwards, each with the
    reason, of all tenants: those published last are tried, for a second together.

    Raises InvalidDesign where what is said is wrong by itself.
    """
    _ensure_sound(None, row.channel, design, locked)

    def then(now: Sequence[Layer]) -> Sequence[Layer]:
        system = layers.with_design(now[0], row.channel, design)
        return (layers.with_locks(system, row.channel, locked), *now[1:])

    rows = _heard(EventType.across_tenants(), row.channel)
    events = rows.order_by("-published__published_at", "id")
    found = _stopped(events[:_MOST], then)
    return [_told(f"{event.tenant}, {event.name}", reason) for event, reason in found]


def say(row: TenantDefaults, design: ChannelDesign) -> TenantDefaults:
    """Heard within CACHE_SECONDS. Raises InvalidDesign with all that is wrong."""
    named = _ensure_sound(row.tenant, row.channel, design)
    _ensure_sendable(row.tenant, row.channel, design)
    row.template_id, row.sender_id = design.template_id, design.sender_id
    row.account_id = design.account_id
    row.values = values_by_id(design.values, named)
    with writing():
        row.save()
        DefaultsReference.for_tenant(row.tenant_id).filter(defaults=row).delete()
        for what, identity in sorted(set(_references(row, named)), key=str):
            kept = {f"{what}_id": identity}
            reference = DefaultsReference(tenant=row.tenant, defaults=row, **kept)
            reference.save(force_insert=True)
    layers.forget()
    return row


def withdraw(row: SystemDefaults | TenantDefaults) -> None:
    """Say nothing of the channel any more. Raises InvalidDesign that names the event
    types which could not be sent then."""
    nothing = ChannelDesign(on=False)
    if isinstance(row, TenantDefaults):
        _ensure_sendable(row.tenant, row.channel, nothing)
    elif told := stopped_by_system(row, nothing, ()):
        raise stopping(told)
    with writing():
        row.delete()
    layers.forget()


def _ensure_sound(
    owner: Tenant | None,
    code: str,
    design: ChannelDesign,
    locked: Sequence[str] = (),
) -> Named:
    found = Flaws()
    named = channel_checks.run(owner, code, design, found, more=OF_DEFAULTS)
    found.found += channel_checks.of_locks(channel(code), locked)
    found.raise_all()
    return named


def _references(row: TenantDefaults, named: Named) -> Iterator[tuple[str, UUID]]:
    """("group", its id) of each thing that is named within the values."""
    for (what, _name), identity in named.items():
        yield what, identity
    for _place, made_by, reference in attachments.references_of(row.values):
        yield "document" if made_by == "template" else made_by, UUID(reference)
    body = row.values.get("content", {}).get("body", "")
    for identity in images.ids(row.tenant_id, [body]).values():
        yield "image", identity


def _ensure_sendable(tenant: Tenant, code: str, design: ChannelDesign) -> None:
    """Raises InvalidDesign that names the event types which could be sent before. They
    are tried for a second together; those without samples are taken on trust."""

    def then(now: Sequence[Layer]) -> Sequence[Layer]:
        system, own = now
        return (system, layers.with_design(own, code, design))

    rows = _heard(EventType.for_tenant(tenant), code).order_by("name")
    found = _stopped(rows[:_MOST], then)
    if found:
        raise stopping([_told(event.name, reason) for event, reason in found])


def stopping(told: Sequence[str]) -> InvalidDesign:
    """The refusal of what stops these event types."""
    return InvalidDesign(
        _("These event types could not be sent any more: %(which)s")
        % {"which": " ".join(told[:_TOLD])}
    )


def _told(name: str, reason: str) -> str:
    return _("%(label)s: %(text)s") % {"label": name, "text": reason}


def _heard(rows: QuerySet[EventType], code: str) -> QuerySet[EventType]:
    """Those that calls may name and that send over the channel."""
    found = rows.filter(
        active=True,
        published__channels__channel=code,
        published__channels__on=True,
    )
    return found.select_related("published", "tenant")


def _stopped(
    events: Iterable[EventType], then: Callable[[Sequence[Layer]], Sequence[Layer]]
) -> list[tuple[EventType, str]]:
    """Those that could be sent with the layers of now and not with those of `then`."""
    ends = time.thread_time() + _WORK_SECONDS
    found: list[tuple[EventType, str]] = []
    for event in events:
        if time.thread_time() > ends:
            break
        now = layers.stored_layers(event.tenant_id)
        reason = _trouble(event, then(now))
        if reason and not _trouble(event, now):
            found.append((event, reason))
    return found


def _trouble(event: EventType, defaults: Sequence[Layer]) -> str:
    """Why a call with the samples would be refused; "" where it would not be. Without
    samples, whether every call would be, over a lock."""
    version = event.published
    if version is None:
        return ""
    design = design_of(version)
    if not version.sample_params:
        return _locked_out(design, defaults)
    try:
        checking.rehearse(
            event.tenant, event.name, design, design.sample_params, defaults=defaults
        )
    except NotifyError as refusal:
        return refusal.message
    return ""


def _locked_out(design: Design, defaults: Sequence[Layer]) -> str:
    layer = event_of("", 0, design).layer
    try:
        cascade.decide([*defaults, layer], channels=CHANNELS)
    except cascade.LockedField as error:
        return resolving.locked(error).message
    return ""
