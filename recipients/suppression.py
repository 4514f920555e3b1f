"""Whom not to write to: bounced, complained, answered STOP, blocked, opted out.

A tenant's list, by channel. Every send asks it, when it is accepted and once more just
before it goes out (delivery/withholding.py). What is on it leaves it by a person's hand
alone, with a reason, so `release` is for the admin and the API; and by the owner's own
word, where a START takes a STOP back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notify_project.db.hashing import address_hash
from notify_project.db.unique import insert_first
from notify_project.db.written import Written
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from providers.channels.base import Channel, channel, channels
from recipients.errors import InvalidSuppression
from recipients.models import Suppression
from tenants.models import Tenant

REASONS = tuple(Suppression.Reason.values)  # the gravest first
NOTE_LENGTH = 300
# A mandatory message overrides these, and nothing else: not a dead address, not STOP.
_WISHES = frozenset({str(Suppression.Reason.OPTED_OUT)})
_ONCE = "address_hash, tenant_id, channel, reason"

# Reasons by channel and hash of the address.
Standing = Mapping[tuple[str, bytes], Collection[str]]


def why(reasons: Collection[str], *, mandatory: bool) -> str:
    """The gravest reason that keeps a message away; "" if there is none."""
    heeded = [
        one for one in REASONS if one in reasons and not (mandatory and one in _WISHES)
    ]
    return heeded[0] if heeded else ""


def standing(hashes: Iterable[bytes]) -> Standing:
    """What the list says of these addresses; one query, none for no addresses.

    A hash is keyed by its tenant, so those of several tenants may be asked together.
    """
    wanted = sorted(set(hashes))
    found: dict[tuple[str, bytes], set[str]] = {}
    if wanted:
        for code, key, reason in _asking(len(wanted)).rows(*wanted):
            found.setdefault((code, bytes(key)), set()).add(reason)
    return found


@lru_cache(maxsize=100)
def _asking(count: int) -> Written:
    """Of so many addresses: every call asks of a few, every worker of a batch."""

    def listed(*hashes: bytes) -> QuerySet[Suppression, tuple[Any, ...]]:
        rows = Suppression.across_tenants().filter(address_hash__in=hashes)
        return rows.order_by().values_list("channel", "address_hash", "reason")

    return Written(listed, *(number.to_bytes(4) for number in range(count)))


def suppress(
    tenant: Tenant,
    *,
    channel_code: str,
    address: str,
    reason: str,
    note: str = "",
    added_by: str = "",
) -> tuple[Suppression, bool]:
    """The row, and whether it is new; being on the list twice for one reason is once.

    Raises InvalidSuppression, of the field that is wrong.
    """
    kind = _kind(channel_code)
    if reason not in REASONS:
        raise InvalidSuppression(
            _("The reason must be one of: %(known)s.") % {"known": ", ".join(REASONS)},
            field="reason",
        )
    normal = _normalised(kind, address, tenant)
    row = Suppression(
        tenant=tenant,
        channel=kind.code,
        address=normal,
        address_hash=address_hash(tenant.id, kind.folded(normal)),
        reason=reason,
        note=_line(note, "note"),
        added_by=added_by[:300],
    )
    return _kept(row)


def keep_away(
    tenant_id: UUID, *, channel_code: str, normalised: str, reason: str
) -> bool:
    """A provider said so of an address in its channel's one form; whether it is new."""
    folded = channel(channel_code).folded(normalised)
    row = Suppression(
        tenant_id=tenant_id,
        channel=channel_code,
        address=normalised,
        address_hash=address_hash(tenant_id, folded),
        reason=reason,
    )
    with writing():
        return insert_first(row, unique=_ONCE)


def let_back(tenant_id: UUID, *, channel_code: str, normalised: str) -> bool:
    """Its owner took a STOP back, and nothing else; whether one was there."""
    folded = channel(channel_code).folded(normalised)
    rows = Suppression.for_tenant(tenant_id).filter(
        channel=channel_code,
        address_hash=address_hash(tenant_id, folded),
        reason=Suppression.Reason.STOPPED,
    )
    with writing():
        gone, _by_table = rows.delete()
    return bool(gone)


def release(suppression: Suppression) -> bool:
    """Messages may go there again, as far as this reason goes; False if it was gone."""
    rows = Suppression.for_tenant(suppression.tenant_id).filter(id=suppression.id)
    with writing():
        gone, _by_table = rows.delete()
    return bool(gone)


def others(suppression: Suppression) -> list[Suppression]:
    """For which other reasons the same address stands here."""
    rows = Suppression.for_tenant(suppression.tenant_id).filter(
        channel=suppression.channel, address_hash=suppression.address_hash
    )
    return list(rows.exclude(id=suppression.id).order_by("id"))


def hashes_of(tenant: Tenant, text: str) -> list[bytes]:
    """An address as each channel would have stored it; those that cannot are left."""
    found: list[bytes] = []
    for kind in channels():
        try:
            normal = kind.normalise(text.strip(), region=tenant.phone_region)
        except Invalid:
            continue
        found.append(address_hash(tenant.id, kind.folded(normal)))
    return found


def _kept(row: Suppression) -> tuple[Suppression, bool]:
    """Again if it is released between our two looks."""
    while True:
        with writing():
            if insert_first(row, unique=_ONCE):
                return row, True
            there = Suppression.for_tenant(row.tenant_id).filter(
                address_hash=row.address_hash, channel=row.channel, reason=row.reason
            )
            if before := there.first():
                return before, False


def _kind(code: str) -> Channel:
    kind = channel(code, field="channel")
    if kind.addresses_are_accounts:
        raise InvalidSuppression(
            _(
                "Nobody opts out of %(channel)s: its recipients are destinations of "
                "yours. Switch the destination off instead."
            )
            % {"channel": kind.code},
            field="channel",
        )
    return kind


def _normalised(kind: Channel, address: str, tenant: Tenant) -> str:
    try:
        return kind.normalise(address.strip(), region=tenant.phone_region)
    except Invalid as error:
        raise InvalidSuppression(error.message, field="address") from None


def _line(text: str, field: str) -> str:
    stripped = text.strip()
    if len(stripped) > NOTE_LENGTH or (stripped and not stripped.isprintable()):
        raise InvalidSuppression(
            _("%(field)s: give one line of at most %(limit)s characters.")
            % {"field": field, "limit": NOTE_LENGTH},
            field=field,
        )
    return stripped
