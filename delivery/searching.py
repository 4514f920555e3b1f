"""Find notifications by what somebody holds in hand: an id, a tag, an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from delivery.models import (
    Message,
    Notification,
    NotificationTag,
    Recipient,
    Repeat,
)
from notify_project.db.ids import read_id
from recipients import suppression
from tenants.models import Tenant

_LONGEST_TEXT = 320  # an e-mail address at its longest
# So many finds of each place are named one by one. With more in one place, its newest
# rows are soon met on the way down the list.
_NAMED = 1000


def by_text(
    rows: QuerySet[Notification], text: str, *, tenant: Tenant | None
) -> QuerySet[Notification]:
    """The rows whose notifyId, correlation id, tag or recipient is `text`, exactly.

    Addresses are looked up by their keyed hash in the form of each channel, which
    needs `tenant`; without one they are not searched. Each place is looked into by its
    own index: an OR over all of them could use none, and would read every row.
    """
    wanted = text.strip()[:_LONGEST_TEXT]
    found = [(place, set(place[: _NAMED + 1])) for place in _places(wanted, tenant)]
    if all(len(ids) <= _NAMED for _place, ids in found):
        return rows.filter(id__in=set[UUID]().union(*(ids for _place, ids in found)))
    anywhere = Q()
    for place, ids in found:
        if ids:
            anywhere |= Q(id__in=place)
    return rows.filter(anywhere)


def messages_of(notify_id: UUID) -> Iterator[UUID]:
    """The first of a notification's messages, whoever's it is: for rows that are
    scoped already."""
    rows = Message.across_tenants().filter(notification=notify_id).order_by("id")
    return rows.values_list("id", flat=True)[:_NAMED].iterator()


def messages_to(notification: Notification, text: str) -> QuerySet[Message]:
    """Those of its messages that go to this address, however many it has."""
    tenant = notification.tenant
    hashes = suppression.hashes_of(tenant, text[:_LONGEST_TEXT])
    mine = Recipient.for_tenant(tenant).filter(
        address_hash__in=hashes, message__notification=notification
    )
    return Message.for_tenant(tenant).filter(id__in=mine.values("message_id"))


def _places(wanted: str, tenant: Tenant | None) -> list[QuerySet[Any, UUID]]:
    """The ids of notifications, by each place where the text may stand.

    The rows to choose from are scoped already; without a tenant these are of all, and
    each tenant's range of the index is looked into.
    """
    own = {"tenant": tenant} if tenant else {"tenant__in": Tenant.objects.all()}
    notifications = Notification.across_tenants().filter(**own)
    repeats = Repeat.across_tenants().filter(correlation_id=wanted, **own)
    places: list[QuerySet[Any, Any]] = [
        notifications.filter(correlation_id=wanted).values_list("id", flat=True),
        repeats.values_list("notification_id", flat=True),
    ]
    notify_id = read_id(wanted)
    if notify_id is not None:
        by_id = notifications.filter(id=notify_id).values_list("id", flat=True)
        places.append(by_id)
    tags = NotificationTag.across_tenants().filter(tag=wanted, **own)
    places.append(tags.values_list("notification_id", flat=True))
    hashes = suppression.hashes_of(tenant, wanted) if tenant else []
    if tenant and hashes:
        sent = Recipient.for_tenant(tenant).filter(address_hash__in=hashes)
        places.append(sent.values_list("message__notification_id", flat=True))
    return places
