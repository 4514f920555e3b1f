"""Compare-and-set on queued rows: one statement for many rows, the same on both DBs.

Each function changes only rows that are still in the state, and under the token, that
the caller believes; what it returns is what really changed. Callers add the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from notify_project.db.clock import later
from notify_project.db.values import column, table, values
from notify_project.queue.beside import Beside, Look, as_id
from notify_project.queue.models import CLAIMED, QUEUED, SENDING, UNKNOWN, QueuedRow

HELD = (CLAIMED, SENDING)


class Suspicion(Enum):
    """What a change says about the claims that a row has had without an outcome."""

    KEEP = "keep"  # it got no further: the claim still speaks against it
    CLEAR = "claims = 0"  # there was an outcome
    FORGIVE = "claims = claims - 1"  # this claim was given up for another's reason


@dataclass(frozen=True, slots=True)
class Change:
    """One row's change; `token` None skips the fence (the row is in nobody's hands).

    `values` are further columns by attribute name, `expected` what columns must still
    hold besides; all changes of one call name the same ones.
    """

    id: UUID
    token: UUID | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)


def change(  # noqa: PLR0913 - all that one statement can do, by name
    model: type[QueuedRow],
    changes: Sequence[Change],
    *,
    was: str,
    to: str,
    suspicion: Suspicion = Suspicion.KEEP,
    beside: Sequence[Beside] = (),
    look: Look | None = None,
) -> list[UUID]:
    """Move rows from one state to another; the ids that moved.

    One statement on PostgreSQL, with what is written `beside` them and what is to be
    known with them. Custody follows the state: a lease begins with `claimed` and
    `sending`, ends with all others; `unknown` keeps its token, so that a late outcome
    still finds it.
    """
    if not changes:
        return []
    clause, parameters, update = _update(model, changes, was, to, suspicion)
    if connection.vendor == "sqlite":
        moved = _ids(f"WITH {clause} {update}", parameters)
        for one in beside:
            one.write(moved)
        if look:
            look.ask()
        return moved
    clauses = [clause, f"moved AS ({update})"]
    for number, one in enumerate(each for each in beside if each.rows):
        clauses += one.within(f"w{number}", parameters)
    statement = f"WITH {', '.join(clauses)} SELECT id"
    if look is None or not look.among:
        return _ids(f"{statement} FROM moved", parameters)
    seen, more = look.select()
    return _looking(
        f"{statement}, NULL FROM moved UNION ALL SELECT NULL, k FROM ({seen}) s(k)",
        [*parameters, *more],
        look,
    )


def _looking(statement: str, parameters: Sequence[Any], look: Look) -> list[UUID]:
    """The ids that moved; what was looked for goes into `found`."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    look.found.update(as_id(found) for _id, found in rows if found)
    return [as_id(one) for one, _found in rows if one]


def _ids(statement: str, parameters: Sequence[Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [as_id(row[0]) for row in cursor.fetchall()]


def _update(
    model: type[QueuedRow],
    changes: Sequence[Change],
    was: str,
    to: str,
    suspicion: Suspicion,
) -> tuple[str, list[Any], str]:
    """The changes as a table `v`, the parameters of both, and the UPDATE."""
    ordered = sorted(changes, key=lambda one: one.id)
    new, fixed = sorted(ordered[0].values), sorted(ordered[0].expected)
    clause, parameters = values(
        model,
        [("id", "id"), ("token", "claim_token")]
        + [(f"new_{name}", name) for name in new]
        + [(f"old_{name}", name) for name in fixed],
        [_row(one) for one in ordered],
    )
    sets, more = _custody(to, suspicion)
    sets += [f"{column(model, name)} = v_new_{name}" for name in new]
    fence = [f"{column(model, name)} = v_old_{name}" for name in fixed]
    update = (
        f"UPDATE {table(model)} SET {', '.join(sets)} FROM v "
        "WHERE id = v_id AND state = %s AND "
        f"{' AND '.join(['(v_token IS NULL OR claim_token = v_token)', *fence])} "
        "RETURNING id"
    )
    return clause, [*parameters, to, *more, was], update


def _row(one: Change) -> dict[str, Any]:
    row = {"id": one.id, "token": one.token}
    row |= {f"new_{name}": value for name, value in one.values.items()}
    return row | {f"old_{name}": value for name, value in one.expected.items()}


def release(model: type[QueuedRow], token: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Give claimed rows back untouched: the claim does not count against them."""
    changes = [Change(one, token) for one in ids]
    return change(model, changes, was=CLAIMED, to=QUEUED, suspicion=Suspicion.FORGIVE)


def renew(model: type[QueuedRow], tokens: Sequence[UUID]) -> int:
    """Lengthen the leases of what is still ours; one statement."""
    held = model._default_manager.filter(claim_token__in=tokens, state__in=HELD)
    return held.update(lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS))


def lapsed(model: type[QueuedRow], state: str, limit: int) -> list[QueuedRow]:
    """Rows in `state` whose lease ran out: their worker is gone."""
    rows = model._default_manager.filter(lease_until__lt=Now(), state=state)
    return list(rows.order_by("lease_until")[:limit])


def _custody(to: str, suspicion: Suspicion) -> tuple[list[str], list[Any]]:
    """What state, token, lease and suspicion become; the first %s is the state."""
    sets = ["state = %s"]
    if suspicion is not Suspicion.KEEP:
        sets.append(suspicion.value)
    if to == SENDING:
        return [*sets, f"lease_until = {later()}"], [settings.LEASE_SECONDS]
    sets.append("lease_until = NULL")
    if to != UNKNOWN:
        sets.append("claim_token = NULL")
    return sets, []
