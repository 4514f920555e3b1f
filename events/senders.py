"""Who a message comes from: the request's word, the layers', or the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from delivery.plan import SenderPlan
from events.errors import SenderNotConfigured, SenderNotVerified, UnknownSender
from notify_project.errors import Invalid
from notify_project.remembering import Memory
from providers.channels.base import Channel, check_line
from providers.models import Sender
from tenants.models import Tenant

_kept: Memory[UUID, Sequence[Sender]] = Memory(
    size=10_000, seconds=lambda: settings.CACHE_SECONDS
)


def choose(
    tenant: Tenant,
    kind: Channel,
    *,
    address: str,
    identity: Any,
    reply_to: tuple[str, ...],
    path: str,
) -> SenderPlan:
    """Verified. Raises SenderNotConfigured, UnknownSender, SenderNotVerified.

    `address` ("mail@example.org" or "Name <mail@example.org>") wins over `identity`;
    without both it is the tenant's default of the channel. Channels that need none get
    an empty plan then.
    """
    asked = _Asked(tenant, kind, address, identity, reply_to, path)
    try:
        return _choose(asked, _senders(tenant.id))
    except (SenderNotConfigured, UnknownSender, SenderNotVerified):
        # It may have been added or verified a moment ago: refuse nobody from memory.
        _kept.forget(tenant.id)
        return _choose(asked, _senders(tenant.id))


@dataclass(frozen=True, slots=True)
class _Asked:
    tenant: Tenant
    kind: Channel
    address: str
    identity: Any
    reply_to: tuple[str, ...]
    path: str


def _choose(asked: _Asked, senders: Sequence[Sender]) -> SenderPlan:
    kind, reply_to, path = asked.kind, asked.reply_to, asked.path
    own = [one for one in senders if one.channel == kind.code]
    if asked.address:
        return _by_address(own, asked)
    if identity := asked.identity:
        found = next((one for one in own if str(one.id) == str(identity)), None)
        if found is None:
            raise _unknown(f"{path}identityId")
        return _plan(_verified(found, f"{path}identityId"), reply_to)
    default = next((one for one in own if one.is_default), None)
    if default:
        return _plan(_verified(default, f"{path}from"), reply_to)
    if kind.needs_sender:
        raise SenderNotConfigured(
            _(
                "No sender is configured for %(channel)s. Add one at POST /senders or "
                "in the admin, mark it as default, or give %(field)s."
            )
            % {"channel": kind.code, "field": f"{path}from"},
            field=f"{path}from",
        )
    return SenderPlan(reply_to=reply_to)


def _by_address(own: Sequence[Sender], asked: _Asked) -> SenderPlan:
    kind, given, path = asked.kind, asked.address, asked.path
    name, bare = ("", given)
    if kind.needs_sender and "<" in given:
        name, bare = parseaddr(given)
        name = check_line(name, f"{path}from", max_length=100)
    try:
        normal = kind.normalise_sender(bare, region=asked.tenant.phone_region)
    except Invalid as error:
        raise UnknownSender(
            f"{path}from: {error.message}", field=f"{path}from", code=error.kind
        ) from None
    found = _match(own, normal)
    if found is None:
        raise _unknown(f"{path}from")
    _verified(found, f"{path}from")
    reply_to = asked.reply_to or _reply_to(found)
    return SenderPlan(normal, name or found.name, reply_to)


def _match(own: Sequence[Sender], normal: str) -> Sender | None:
    """The sender of this very address, else the one that stands for its domain.

    Verified ones first: a whole domain's owner need not verify each address in it.
    """
    domain = normal.rpartition("@")[2].lower()
    exact = [one for one in own if one.address.lower() == normal.lower()]
    whole = [one for one in own if domain and one.address.lower() == domain]
    found = sorted([*exact, *whole], key=lambda one: one.verified_at is None)
    return next(iter(found), None)


def _verified(found: Sender, field: str) -> Sender:
    if found.verified_at is None:
        raise SenderNotVerified(
            _(
                "The sender %(address)s is not verified. Follow the link in the mail "
                "that was sent to it, or ask the operator to verify it."
            )
            % {"address": found.address},
            field=field,
        )
    return found


def _unknown(field: str) -> UnknownSender:
    return UnknownSender(
        _("%(field)s is none of your senders. GET /senders lists them.")
        % {"field": field},
        field=field,
    )


def _plan(found: Sender, reply_to: tuple[str, ...]) -> SenderPlan:
    return SenderPlan(found.address, found.name, reply_to or _reply_to(found))


def _reply_to(found: Sender) -> tuple[str, ...]:
    return (found.reply_to,) if found.reply_to else ()


def _senders(tenant_id: UUID) -> Sequence[Sender]:
    kept = _kept.get(tenant_id)
    if kept is None:
        kept = list(Sender.for_tenant(tenant_id))
        _kept.put(tenant_id, kept)
    return kept
