"""Lists that people subscribe to: make and change them, read those that are named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Count, ProtectedError, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from notify_project.db.ids import read_id
from notify_project.queue.writing import writing
from providers.models import Service
from recipients.errors import (
    InvalidList,
    ListInUse,
    ListNameTaken,
    ListNotFound,
    UnknownList,
)
from recipients.models import SubscriberList, Subscription
from tenants.models import Tenant

NAME_LENGTH = 100
TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who gets a message of their own; the id is of the subscription."""

    id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class Own:
    """What a list's subscribers have of their own: languages, and whether params."""

    locales: frozenset[str] = frozenset()
    params: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A list that recipients name."""

    id: UUID
    name: str
    row: SubscriberList = field(repr=False, compare=False)


class Lists:
    """The lists that a channel's recipients name, by name or id."""

    def __init__(self, tenant_id: UUID, references: Iterable[str]) -> None:
        """One query if there are references, else none."""
        wanted = set(references)
        self._rows = _named(tenant_id, wanted) if wanted else []

    def find(self, reference: str, *, field: str) -> Found:
        """Raises UnknownList, of `field`."""
        by_id = [one for one in self._rows if one.id == read_id(reference)]
        by_name = [one for one in self._rows if _same(one.name, reference)]
        for row in (*by_id, *by_name):
            return Found(row.id, row.name, row)
        raise UnknownList(
            _("%(field)s: there is no list %(name)s. GET /lists shows them.")
            % {"field": field, "name": repr(reference)[:80]},
            field=field,
        )


def subscribers(
    tenant_id: UUID, list_id: UUID, channel_code: str, *, limit: int
) -> list[Subscriber]:
    """Those who are subscribed now, in the order in which they came; one query."""
    rows = live(tenant_id, list_id, channel_code).order_by("id")
    return [
        Subscriber(subscription_id, str(address))
        for subscription_id, address in rows.values_list("id", "address")[:limit]
    ]


def subscriber_ids(
    tenant_id: UUID, list_id: UUID, channel_code: str, *, limit: int
) -> list[UUID]:
    """By id alone, which opens nobody's address: 50,000 take a tenth of a second."""
    rows = live(tenant_id, list_id, channel_code).order_by("id")
    return list(rows.values_list("id", flat=True)[:limit])


def own(tenant_id: UUID, list_id: UUID, channel_code: str) -> Own:
    """One query, which opens nothing."""
    rows = live(tenant_id, list_id, channel_code).order_by()
    found = dict(rows.values_list("locale").annotate(Count("params")))
    return Own(frozenset(filter(None, found)), any(found.values()))


def address_hashes(
    tenant_id: UUID, list_id: UUID, channel_code: str
) -> dict[UUID, bytes]:
    """By subscription, to tell who is on several lists; one query."""
    rows = live(tenant_id, list_id, channel_code).order_by()
    return {key: bytes(one) for key, one in rows.values_list("id", "address_hash")}


def subscribed(ids: Collection[UUID]) -> set[UUID]:
    """Which of these subscriptions stand now; one query, for those of any tenants."""
    rows = Subscription.across_tenants().filter(
        id__in=ids, status=Subscription.Status.CONFIRMED
    )
    return set(rows.values_list("id", flat=True))


def counts(ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """How many are subscribed to each list, by channel; one query."""
    rows = Subscription.across_tenants().filter(
        list__in=ids, status=Subscription.Status.CONFIRMED
    )
    found: dict[UUID, dict[str, int]] = {}
    counted = rows.order_by().values_list("list", "channel").annotate(Count("id"))
    for list_id, code, number in counted:
        found.setdefault(list_id, {})[code] = number
    return found


def live(tenant_id: UUID, list_id: UUID, channel_code: str) -> QuerySet[Subscription]:
    """The subscriptions that messages go to."""
    return Subscription.for_tenant(tenant_id).filter(
        list_id=list_id, channel=channel_code, status=Subscription.Status.CONFIRMED
    )


def find(tenant: Tenant, list_id: UUID) -> SubscriberList:
    """Raises ListNotFound, for another tenant's as well."""
    found = SubscriberList.for_tenant(tenant).filter(id=list_id).first()
    if found is None:
        raise ListNotFound(_("There is no list with this id."))
    return found


def named(tenant: Tenant, reference: str, *, field: str) -> SubscriberList:
    """By name or id; raises UnknownList, of `field`."""
    return find(tenant, Lists(tenant.id, [reference]).find(reference, field=field).id)


@dataclass(frozen=True, slots=True)
class KeptBy:
    """A service that says who is subscribed, and its own id of the list."""

    service: Service
    list: str


def create(
    tenant: Tenant,
    *,
    name: str,
    title: str = "",
    description: str = "",
    kept_by: KeptBy | None = None,
) -> SubscriberList:
    """A list without subscribers. Raises InvalidList and ListNameTaken."""
    made = SubscriberList(tenant=tenant)
    keep_by(made, kept_by)
    change(made, name=name, title=title, description=description)
    return made


def keep_by(one: SubscriberList, kept_by: KeptBy | None) -> None:
    """Not saved yet; whoever is on it now stays until the service is asked. Raises
    InvalidList."""
    service = kept_by.service if kept_by else None
    reference = kept_by.list.strip() if kept_by else ""
    if service and not (0 < len(reference) <= 200 and reference.isprintable()):
        raise InvalidList(_("Give the service's id of the list."), field="service_list")
    if (one.service, one.service_list) != (service, reference):
        one.service, one.service_list, one.asked = service, reference, {}


def change(
    one: SubscriberList, *, name: str, title: str = "", description: str = ""
) -> None:
    """Heard at once; raises what create raises."""
    one.name = _line(name, "name", NAME_LENGTH)
    one.title = _line(title, "title", TITLE_LENGTH) if title.strip() else ""
    one.description = description
    try:
        with writing():
            one.save()
    except IntegrityError:
        raise ListNameTaken(
            _("There is a list of this name already. Choose another, or change that."),
            field="name",
        ) from None


def delete(one: SubscriberList) -> None:
    """With its subscriptions. Raises ListInUse, naming where."""
    try:
        with writing():
            one.delete()
    except ProtectedError as error:
        users = ", ".join(sorted({str(each) for each in error.protected_objects})[:5])
        raise ListInUse(
            _(
                "The list is used by: %(users)s. Take it out there first; an earlier "
                "version keeps it, since one may go back to that."
            )
            % {"users": users}
        ) from None


def _named(tenant_id: UUID, wanted: set[str]) -> Sequence[SubscriberList]:
    asked = (
        Q(id__in=[identity for one in wanted if (identity := read_id(one))])
        | Q(folded__in=[one.lower() for one in wanted])
        | Q(name__in=wanted)  # SQLite folds a to z only
    )
    rows = SubscriberList.for_tenant(tenant_id).alias(folded=Lower("name"))
    rows = rows.select_related("tenant")
    return list(rows.filter(asked).order_by("id"))


def _same(name: str, reference: str) -> bool:
    return name.lower() == reference.lower()


def _line(text: str, field: str, limit: int) -> str:
    stripped = text.strip()
    if not stripped or len(stripped) > limit or not stripped.isprintable():
        raise InvalidList(
            _("%(field)s: give 1 to %(limit)s printable characters.")
            % {"field": field, "limit": limit},
            field=field,
        )
    return stripped
