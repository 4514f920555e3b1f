"""When a channel's messages are due, and when they are too late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from events.errors import InvalidTime
from tenants.models import Tenant


def of(
    tenant: Tenant,
    values: Mapping[str, Any],
    *,
    life_seconds: int | None,
    where: Callable[[str], str],
) -> tuple[datetime | None, datetime | None]:
    """When it is due (None: at once) and when it expires (None: never).

    `life_seconds` is how long it lives where nothing else is said. `where` tells under
    which name the caller wrote a field. Raises InvalidTime.
    """
    now = timezone.now()
    due = _moment(values.get("delayedSend"))
    expires = _moment(values.get("expiresAt"))
    horizon = now + timedelta(days=tenant.max_delay_days)
    if due and due > horizon:
        field = where("delayedSend")
        raise InvalidTime(
            _("%(field)s is more than %(days)s days ahead.")
            % {"field": field, "days": tenant.max_delay_days},
            field=field,
        )
    if due and due <= now:
        due = None  # past: send now
    if expires and expires <= (due or now):
        field = where("expiresAt")
        raise InvalidTime(
            _("%(field)s is before the message could be sent.") % {"field": field},
            field=field,
        )
    if life_seconds and not expires:
        expires = (due or now) + timedelta(seconds=life_seconds)
    return due, expires


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
