"""Find notifications by what somebody holds in hand: an id, a tag, an address."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from delivery.models import Notification, NotificationTag, Recipient, Repeat
from notify_project.db.hashing import address_hash
from notify_project.errors import Invalid
from providers.channels.base import channels
from tenants.models import Tenant

_LONGEST_TEXT = 320  # an e-mail address at its longest


def by_text(
    rows: QuerySet[Notification], text: str, *, tenant: Tenant | None
) -> QuerySet[Notification]:
    """The rows whose notifyId, correlation id, tag or recipient is `text`, exactly.

    Addresses are looked up by their keyed hash in the form of each channel, which
    needs `tenant`; without one they are not searched.
    """
    wanted = text.strip()[:_LONGEST_TEXT]
    # The rows are scoped already; these look into the same tenants' rows only.
    repeated = Repeat.across_tenants().filter(
        notification=OuterRef("id"), tenant=OuterRef("tenant"), correlation_id=wanted
    )
    notify_id = _uuid(wanted)
    if notify_id is not None:
        own = Q(id=notify_id) | Q(correlation_id=wanted)
        return rows.filter(own | Q(Exists(repeated)))
    tagged = NotificationTag.across_tenants().filter(
        notification=OuterRef("id"), tenant=OuterRef("tenant"), tag=wanted
    )
    found = Q(correlation_id=wanted) | Q(Exists(tagged)) | Q(Exists(repeated))
    hashes = list(_hashes(tenant, wanted)) if tenant else []
    if tenant and hashes:
        sent = Recipient.for_tenant(tenant).filter(address_hash__in=hashes)
        found |= Q(id__in=sent.values("message__notification_id"))
    return rows.filter(found)


def _hashes(tenant: Tenant, text: str) -> Iterator[bytes]:
    """The address as each channel would have stored it."""
    for kind in channels():
        try:
            normal = kind.normalise(text, region=tenant.phone_region)
        except Invalid:
            continue
        yield address_hash(tenant.id, kind.folded(normal))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
