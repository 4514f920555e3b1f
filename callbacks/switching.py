"""How an endpoint does, stored; switched off when it is hopeless, and on again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from callbacks import kinds
from callbacks.models import Endpoint
from callbacks.publishing import Event, publish_all, stamp
from callbacks.schedule import Health
from tenants import auditing, notices
from tenants.models import Membership

# The kind of the notice that events/letters.py has the words for.
NOTICE = "endpoint"


def note(endpoint: Endpoint, health: Health, now: datetime) -> None:
    """Store its health; warn of it after a day of failing, end it after five."""
    rows = Endpoint.for_tenant(endpoint.tenant_id).filter(id=endpoint.id)
    values: dict[str, object] = asdict(health)
    if health.failing_since is None:
        values["warned_at"] = None
    elif health.is_hopeless(now):
        switch_off(endpoint, Endpoint.Off.FAILING, now)
    elif endpoint.active and _is_news(endpoint, health, now):
        values["warned_at"] = now
        _tell(endpoint, kinds.ENDPOINT_FAILING, now)
    rows.update(**values)


def _is_news(endpoint: Endpoint, health: Health, now: datetime) -> bool:
    return endpoint.warned_at is None and health.is_to_be_warned_of(now)


def switch_off(endpoint: Endpoint, why: str, now: datetime) -> bool:
    """Nothing is sent to it any more; False if it was off. What waits goes on waiting.

    The tenant's admins are told by mail, its other endpoints by an event.
    """
    before = auditing.snapshot(endpoint)
    rows = Endpoint.for_tenant(endpoint.tenant_id).filter(id=endpoint.id, active=True)
    if not rows.update(active=False, off_because=why, off_at=now):
        return False
    endpoint.active, endpoint.off_because, endpoint.off_at = False, why, now
    auditing.record(
        None, "switched off", endpoint, tenant=endpoint.tenant, before=before
    )
    _tell(endpoint, kinds.ENDPOINT_DISABLED, now)
    return True


def _tell(endpoint: Endpoint, kind: str, now: datetime) -> None:
    """By another way than the endpoint itself: an endpoint that is off is silent."""
    admins = Membership.for_tenant(endpoint.tenant_id).filter(
        role=Membership.Role.ADMIN
    )
    for address in admins.values_list("user__email", flat=True):
        notices.store(
            endpoint.tenant,
            NOTICE,
            {
                "endpoint": str(endpoint.id),
                "address": address,
                "event": kind,
                "because": str(endpoint.off_because),
            },
        )
    data = {
        "endpointId": str(endpoint.id),
        "url": endpoint.url,
        "reason": str(endpoint.off_because) or None,
        "at": stamp(now),
    }
    publish_all([Event(endpoint.tenant_id, kind, data, subject=endpoint.id)])
