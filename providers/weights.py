"""Accounts' points: changed all together or not at all, each change with its reason.

Who decides is elsewhere: delivery/balancing.py, or a person in the admin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify_project.queue.writing import writing
from providers.accounts import offers
from providers.models import Account, WeightChange

BY_HAND = "by_hand"
REASONS: Mapping[str, str | Promise] = {
    "errors": _("Too many errors: points go to the others"),
    "slow": _("Slow delivery: points go to the others"),
    "rest": _("Back towards the resting point"),
    BY_HAND: _("Set by a person"),
}
KEPT_DAYS = 90
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One account's new points; `before` must still be what it has."""

    account_id: UUID
    before: int
    after: int


class _Outrun(Exception):
    """Somebody else changed one of them meanwhile."""


def change(changes: Sequence[Change], *, reason: str, detail: str = "") -> bool:
    """All of them, recorded; or none, if anybody changed one of them meanwhile."""
    try:
        with writing():
            for one in changes:
                row = Account.across_tenants().filter(
                    id=one.account_id, weight=one.before
                )
                if not row.update(weight=one.after):
                    raise _Outrun
            note(changes, reason=reason, detail=detail)
    except _Outrun:
        return False
    offers.forget()
    return True


def note(changes: Sequence[Change], *, reason: str, detail: str = "") -> None:
    """Record changes that are stored, or will be in this transaction."""
    WeightChange.objects.bulk_create(
        WeightChange(
            account_id=one.account_id,
            before=one.before,
            after=one.after,
            reason=reason,
            detail=detail[:200],
        )
        for one in changes
        if one.before != one.after
    )


def history(account: Account) -> Sequence[WeightChange]:
    """The latest changes, newest first; one query."""
    return list(WeightChange.objects.filter(account=account)[:SHOWN])


def forget_old() -> None:
    """Delete what was changed long ago."""
    old = WeightChange.objects.filter(at__lt=Now() - timedelta(days=KEPT_DAYS))
    with writing():
        old.delete()
