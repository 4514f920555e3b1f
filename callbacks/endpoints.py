"""Endpoints: registered, changed, given a new secret, switched on and off.

Part of the caller's transaction; whoever calls writes the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from callbacks import kinds, signing
from callbacks.errors import EndpointNotFound, InvalidEndpoint
from callbacks.models import Endpoint
from callbacks.schedule import Health
from callbacks.wishes import Granted, checked_secret
from notify_project.db import clock
from tenants.models import Tenant

# How long what a new secret replaces is signed with as well, and how many of these.
KEEP_SECONDS = 86_400
MOST_KEEP_SECONDS = 7 * 86_400
MOST_SECRETS = 10
_A_DAY = timedelta(days=1)


def find(tenant: Tenant, endpoint_id: UUID) -> Endpoint:
    """One of the tenant's; raises EndpointNotFound."""
    row = Endpoint.kept_by(tenant).filter(id=endpoint_id).first()
    if row is None:
        raise EndpointNotFound(_("There is no endpoint with this id."))
    return row


def register(
    tenant: Tenant, granted: Granted, *, updated_by: UUID | None = None
) -> Endpoint:
    """A new one with a secret of its own; raises InvalidEndpoint without a URL.

    Show the secret to whoever asked: never again.
    """
    if "url" not in granted.values:
        raise InvalidEndpoint(_("url is missing. Say where to call."), field="url")
    now = clock.now()
    endpoint = Endpoint(
        tenant=tenant,
        kind=granted.kind,
        updated_by_id=updated_by,
        created_at=now,
        held_until=now,
        **{"secret": signing.new_secret(), **granted.values},
    )
    if not endpoint.active:
        _switch(endpoint)
    endpoint.save(force_insert=True)
    return endpoint


def change(
    endpoint: Endpoint, granted: Granted, *, updated_by: UUID | None = None
) -> None:
    """What was not asked for stays as it is stored, whoever changes it meanwhile.

    Switched on again, it begins in good health. Raises EndpointNotFound.
    """
    values = {**granted.values, "updated_at": clock.now()}
    if updated_by:
        values["updated_by_id"] = updated_by
    for name, value in values.items():
        setattr(endpoint, name, value)
    switched = _switch(endpoint) if "active" in values else ()
    names = (*values, *switched)
    _write(endpoint, {name: getattr(endpoint, name) for name in names})


def remove(endpoint: Endpoint) -> None:
    """Nothing more is sent to it; its rows go later (removing.py).

    Raises EndpointNotFound for one that somebody else has just removed.
    """
    _write(endpoint, {"active": False, "removed_at": clock.now()})


def rotate(
    endpoint: Endpoint, *, secret: str = "", keep_seconds: int = KEEP_SECONDS
) -> None:
    """A new secret; what it replaces is signed with as well for `keep_seconds`.

    Raises InvalidEndpoint.
    """
    if not 0 <= keep_seconds <= MOST_KEEP_SECONDS:
        raise InvalidEndpoint(
            _("keepSeconds is 0 to %(most)s.") % {"most": MOST_KEEP_SECONDS},
            field="keepSeconds",
        )
    new = checked_secret(secret) if secret else signing.new_secret()
    _wait_for(endpoint)
    now = clock.now()
    kept = endpoint.kept_secrets(now) if keep_seconds else []
    if len(kept) >= MOST_SECRETS:
        raise InvalidEndpoint(
            _("%(most)s old secrets are still valid. Wait until %(until)s.")
            % {"most": MOST_SECRETS, "until": kept[-1]["until"]},
            field="secret",
        )
    if keep_seconds:
        until = now + timedelta(seconds=keep_seconds)
        kept.insert(0, {"secret": endpoint.secret, "until": until.isoformat()})
    endpoint.secret, endpoint.old_secrets, endpoint.updated_at = new, kept, now
    endpoint.save(update_fields=["secret", "old_secrets", "updated_at"])


def _write(endpoint: Endpoint, values: Mapping[str, Any]) -> None:
    rows = Endpoint.kept_by(endpoint.tenant_id).filter(id=endpoint.id)
    if not rows.update(**values):
        raise EndpointNotFound(_("There is no endpoint with this id."))


def _wait_for(endpoint: Endpoint) -> None:
    """Two new secrets at once: the second replaces the first, and forgets none."""
    row = Endpoint.for_tenant(endpoint.tenant_id).filter(id=endpoint.id)
    row.update(updated_at=F("updated_at"))
    endpoint.refresh_from_db(fields=["secret", "old_secrets"])


def known(tenant: Tenant | UUID, url: str) -> Endpoint | None:
    """The one that a request means by a URL: registered with it, or named before."""
    rows = Endpoint.kept_by(tenant).filter(url=url, kind=kinds.EVENTS)
    # Registered comes before named.
    return rows.order_by("-origin", "created_at").first()


def named(tenant_id: UUID, url: str) -> Endpoint:
    """The one that a request or a default means by a URL; made at its first use.

    One that is registered for events at this URL is meant by it, with its secrets.
    """
    found = known(tenant_id, url)
    if found and _is_still_there(found):
        return found
    made, _is_new = Endpoint.for_tenant(tenant_id).get_or_create(
        tenant_id=tenant_id,
        url=url,
        origin=Endpoint.Origin.NAMED,
        removed_at=None,
        defaults={"secret": signing.new_secret()},
    )
    return made


def _is_still_there(endpoint: Endpoint) -> bool:
    """Note that it is used; False if it was removed as unused at this moment.

    Written once a day: many requests that name it need not wait for each other.
    """
    now = clock.now()
    if endpoint.origin != Endpoint.Origin.NAMED or now - endpoint.used_at < _A_DAY:
        return True
    rows = Endpoint.kept_by(endpoint.tenant_id).filter(id=endpoint.id)
    return bool(rows.update(used_at=now))


def _switch(endpoint: Endpoint) -> tuple[str, ...]:
    """As `active` says by now; the columns that follow from it."""
    why = ("off_because", "off_at")
    if not endpoint.active:
        if not endpoint.off_because:
            endpoint.off_because, endpoint.off_at = Endpoint.Off.BY_HAND, clock.now()
        return why
    endpoint.off_because, endpoint.off_at = "", None
    well = asdict(Health(held_until=clock.now()))
    for name, value in (("warned_at", None), *well.items()):
        setattr(endpoint, name, value)
    return (*why, "warned_at", *well)
