"""Whom a team key, and any key of a trial tenant, may send to: their safe list only."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from delivery.composed import Composed, ComposedChannel
from events.errors import NotOnSafeList
from notify_project.errors import FieldError
from recipients import safe_list
from tenants.callers import Caller
from tenants.models.credentials import KeyType


def is_restricted(caller: Caller) -> bool:
    """A test key reaches nobody, so it needs no list."""
    if caller.key_type == KeyType.TEST:
        return False
    return caller.key_type == KeyType.TEAM or caller.tenant.trial


def ensure_allowed(caller: Caller, composed: Composed) -> Composed:
    """The same; raises NotOnSafeList, naming each field that leads to a stranger."""
    if not is_restricted(caller):
        return composed
    errors = [
        FieldError(field, NotOnSafeList.code, _sentence(caller, field))
        for one in composed.channels
        for field in dict.fromkeys(_strangers(caller, one))
    ]
    if errors:
        raise NotOnSafeList(errors[0].message, errors=errors)
    return composed


def _strangers(caller: Caller, one: ComposedChannel) -> Iterator[str]:
    """The fields in which they stand; a large list is refused as a whole."""
    addresses = {each.normalised for each in one.addresses}
    found = safe_list.strangers(caller.tenant, one.plan.channel, sorted(addresses))
    yield from (each.field for each in one.addresses if each.normalised in found)
    if one.plan.fan_outs:
        yield f"{one.plan.path}recipients.to"


def _sentence(caller: Caller, field: str) -> str:
    if caller.key_type == KeyType.TEAM:
        return _(
            "%(field)s is not on the safe list, and a team key sends to nobody else. "
            "Add it by PUT /safe-list, or use a live key."
        ) % {"field": field}
    return _(
        "%(field)s is not on the safe list, and this tenant is on trial. Add it by PUT "
        "/safe-list, or ask the operator to end the trial."
    ) % {"field": field}
