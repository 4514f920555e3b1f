"""Whom a trial tenant and a team key may write to: the safe list, and their own people.

The list is the tenant's; simulated addresses are on everybody's. It is read with the
tenant, so asking it costs one query for the people, or none if the list suffices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from notify_project.errors import FieldError, Invalid
from notify_project.queue.writing import writing
from providers.channels.base import Channel, channel, channels
from providers.sandbox import is_simulated
from recipients.errors import InvalidSafeList
from tenants.models import Membership, Tenant

LONGEST = 1000


def replace(tenant: Tenant, addresses: Sequence[str]) -> list[str]:
    """The whole list anew, as `checked` has it; raises InvalidSafeList."""
    found = checked(tenant, addresses)
    with writing():
        Tenant.objects.filter(id=tenant.id).update(safe_list=found or None)
    return found


def checked(tenant: Tenant, addresses: Sequence[str]) -> list[str]:
    """Each once, in its channel's one form; raises InvalidSafeList."""
    found: list[str] = []
    problems: list[FieldError] = []
    for number, text in enumerate(addresses):
        normal = next(iter(_forms(tenant, text)), None)
        if normal is None:
            problems.append(
                FieldError(
                    f"addresses[{number}]",
                    InvalidSafeList.code,
                    _("Give an e-mail address or a phone number, in full."),
                )
            )
        elif normal not in found:
            found.append(normal)
    if problems:
        raise InvalidSafeList(problems[0].message, errors=problems)
    return found


def strangers(tenant: Tenant, code: str, addresses: Iterable[str]) -> list[str]:
    """Which of a channel's normal addresses may not be written to, in their order."""
    kind = channel(code)
    real = [one for one in addresses if not is_simulated(code, one)]
    if kind.addresses_are_accounts or not real:
        return []
    safe = {kind.folded(one) for one in current(tenant)}
    left = [one for one in real if kind.folded(one) not in safe]
    people = {kind.folded(one) for one in _people(tenant)} if left else set()
    return [one for one in left if kind.folded(one) not in people]


def current(tenant: Tenant) -> list[str]:
    """The list as it is stored now: the tenant at hand may be some seconds old."""
    stored: Any = Tenant.objects.only("safe_list").get(id=tenant.id).safe_list
    return list(stored or [])


def _people(tenant: Tenant) -> list[str]:
    members = Membership.for_tenant(tenant).filter(user__is_active=True)
    return list(members.values_list("user__email", flat=True))


def _forms(tenant: Tenant, text: str) -> list[str]:
    kinds = [one for one in channels() if not one.addresses_are_accounts]
    return [form for one in kinds if (form := _normalised(one, tenant, text))]


def _normalised(kind: Channel, tenant: Tenant, text: str) -> str:
    try:
        return kind.normalise(text.strip(), region=tenant.phone_region)
    except Invalid:
        return ""
