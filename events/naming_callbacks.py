"""Whom a request wants told: the `callback` that the layers decided, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from callbacks import endpoints, kinds, wishes
from delivery.plan import CallbackPlan
from events.cascade import Decision
from events.errors import InvalidField
from events.requests import NotifyRequest
from tenants.models import Tenant

FIELD = "callback"


def of(
    tenant: Tenant, request: NotifyRequest, decision: Decision
) -> CallbackPlan | None:
    """Its plan; None where nobody said anything. Raises Invalid.

    One query for a URL that has been called before, and one look-up of its name for
    one that has not. A rehearsal looks nothing up.
    """
    given: Mapping[str, Any] = decision.values.get(FIELD, {})
    if not given:
        return CallbackPlan() if FIELD in decision.gone else None
    url = given.get("url", "")
    if not url:
        raise InvalidField(
            _("callback.url is missing. Say where to call, or leave callback out."),
            field=f"{FIELD}.url",
        )
    if not request.rehearsal and endpoints.known(tenant, url) is None:
        wishes.checked_later(url, path=f"{FIELD}.url")
    headers = given.get("headers", {})
    return CallbackPlan(
        url,
        tuple(given.get("on", ())) or tuple(kinds.OUTCOMES),
        wishes.checked_headers(headers, path=f"{FIELD}.headers"),
    )
