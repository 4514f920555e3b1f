"""Lists that a service keeps: its subscribers are asked for when they are written to.

1. What it said is believed for BELIEVED_SECONDS, by all processes. 2. Else it is asked,
page by page; each page is stored as subscriptions before the next is asked for, so that
a long list takes no memory. 3. Whom it names no more is taken off. Who left by our link
stays away, whatever it says. A service that does not answer stops the request with 503:
nobody is forgotten silently.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from notify_project.db.hashing import address_hash
from notify_project.db.values import update_rows
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from providers import downstream
from providers.channels.base import channel
from providers.downstream import ServiceUnavailable
from providers.errors import Permanent, ProviderError
from providers.models import Service
from providers.services import (
    Asked,
    Subscriber,
    SubscriptionPage,
    SubscriptionService,
)
from recipients import subscribing
from recipients.models import SubscriberList, Subscription
from tenants.models import Tenant

KIND = "subscriptions"
BELIEVED_SECONDS = 60.0
# All pages together: the request that needs them waits.
FETCH_SECONDS = 30.0
RETRY_SECONDS = 30.0
_S = Subscription.Status


def offered(tenant: Tenant) -> QuerySet[Service]:
    """The services that may keep a tenant's lists."""
    return downstream.offered(tenant.id, KIND)


def refresh(one: SubscriberList, channel_code: str, *, field: str) -> None:
    """Its subscriptions are as the service says; a call for each thousand, or none.

    Raises ServiceUnavailable, telling what the service said.
    """
    if one.service_id is None or _is_fresh(one, channel_code):
        return
    service = _ready(one.service_id)
    if service is None:
        detail = _("It is switched off, or its settings are wrong.")
        raise _unavailable(one, field, detail)
    began = timezone.now()
    try:
        _take_all(service, one, channel_code, began)
    except ProviderError as error:
        raise _unavailable(one, field, error.detail) from None
    with writing():
        # Whom it does not name any more; those who left here stay, to stay away.
        rows = _subscriptions(one, channel_code).filter(status=_S.CONFIRMED)
        rows.exclude(named_at__gte=began).delete()
        SubscriberList.for_tenant(one.tenant_id).filter(id=one.id).update(
            asked={**one.asked, channel_code: began.isoformat()}
        )


def _is_fresh(one: SubscriberList, channel_code: str) -> bool:
    at = parse_datetime(str(one.asked.get(channel_code, "")))
    return bool(at and timezone.now() - at < timedelta(seconds=BELIEVED_SECONDS))


def _take_all(
    service: SubscriptionService,
    one: SubscriberList,
    channel_code: str,
    began: datetime,
) -> None:
    """Page by page, until there is no cursor; raises ProviderError."""
    tenant = one.tenant
    asked = Asked(tenant.external_id or tenant.slug, one.service_list, channel_code)
    ends, count, cursor = time.monotonic() + FETCH_SECONDS, 0, ""
    while True:
        found: SubscriptionPage = service.page(asked, cursor)
        with writing():
            _store(one, channel_code, found.subscribers, began)
        count += len(found.subscribers)
        if not found.cursor:
            return
        if count > settings.FAN_OUT_RECIPIENTS or time.monotonic() > ends:
            raise _too_long(count)
        cursor = found.cursor


def _too_long(count: int) -> Permanent:
    text = _("Its list did not end after %(count)s subscribers.")
    return Permanent(text % {"count": count}, code="too_long")


def _store(
    one: SubscriberList,
    channel_code: str,
    subscribers: Sequence[Subscriber],
    now: datetime,
) -> None:
    """New ones are subscribed, known ones described anew; four statements a page."""
    named = _by_hash(one, channel_code, subscribers)
    rows = _subscriptions(one, channel_code).filter(address_hash__in=list(named))
    there = {bytes(row.address_hash): row for row in rows.defer("address")}
    Subscription.across_tenants().bulk_create(
        [row for key, row in named.items() if key not in there], ignore_conflicts=True
    )
    update_rows(
        Subscription,
        [
            {"id": old.id, "locale": named[key].locale, "params": named[key].params}
            for key, old in there.items()
            if (old.locale, old.params) != (named[key].locale, named[key].params)
        ],
    )
    # Who was asked here and has not answered has said yes there.
    rows.filter(status=_S.PENDING).update(status=_S.CONFIRMED, confirmed_at=now)
    # Of two who ask at once, the later is not undone by the earlier.
    rows.filter(Q(named_at=None) | Q(named_at__lt=now)).update(named_at=now)


def _by_hash(
    one: SubscriberList, channel_code: str, subscribers: Sequence[Subscriber]
) -> Mapping[bytes, Subscription]:
    """What is no address over there stops nobody else's message."""
    kind, tenant = channel(channel_code), one.tenant
    found: dict[bytes, Subscription] = {}
    for each in subscribers:
        try:
            normal = kind.normalise(each.address, region=tenant.phone_region)
        except Invalid:
            continue
        key = address_hash(tenant.id, kind.folded(normal))
        locale, params = subscribing.usable(each.locale, each.params)
        found[key] = Subscription(
            tenant_id=tenant.id,
            list=one,
            channel=channel_code,
            address=normal,
            address_hash=key,
            status=_S.CONFIRMED,
            confirmed_at=timezone.now(),
            locale=locale,
            params=params,
        )
    return found


def _subscriptions(one: SubscriberList, channel_code: str) -> QuerySet[Subscription]:
    own = Subscription.for_tenant(one.tenant_id)
    return own.filter(list=one, channel=channel_code)


def _ready(service_id: UUID) -> SubscriptionService | None:
    found = downstream.ready([service_id]).get(str(service_id))
    return found if isinstance(found, SubscriptionService) else None


def _unavailable(one: SubscriberList, field: str, detail: str) -> ServiceUnavailable:
    return ServiceUnavailable(
        _("%(field)s: the service of the list %(name)s does not answer. %(detail)s")
        % {"field": field, "name": one.name, "detail": detail},
        retry_after_seconds=RETRY_SECONDS,
    )
