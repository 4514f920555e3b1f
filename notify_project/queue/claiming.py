"""Claiming: the next due rows of a lane, fairly between tenants, under one lease.

On PostgreSQL one statement with SKIP LOCKED; on SQLite, which ignores SKIP LOCKED
without a word, one UPDATE per tenant inside an IMMEDIATE transaction. A tenant with
50,000 waiting rows delays another's 20 by one turn, not by 50,000.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.db.models.functions import Now

from notify_project.db.clock import later, now_sql
from notify_project.queue.models import (
    CLAIMED,
    PRIORITIES,
    QUEUED,
    SENDING,
    SUSPECT_CLAIMS,
    QueuedRow,
)
from notify_project.queue.writing import writing

# A tenant may hold this many rows of a lane, or a tenth of all that are held, while
# others wait.
_CAP_FLOOR = 30
_CAP_SHARE = 10


@dataclass(frozen=True, slots=True)
class Claim:
    """What one worker holds: the fencing token and the rows' ids, in no order.

    `served` is the last tenant of this turn: the next turn begins behind it.
    """

    token: UUID
    ids: tuple[UUID, ...]
    served: Any = None


def claim(
    model: type[QueuedRow], lane: str, limit: int, *, token: UUID, after: Any = None
) -> Claim | None:
    """Claim up to `limit` due rows of `lane` under `token`; None when nothing is due.

    Tenants take turns: at most `limit` of them are served, beginning behind `after`.
    The caller makes the token, so that it can give back what a broken connection hides.
    Three short statements, none of them slower for more tenants; no lock is kept.
    """
    due = _due_tenants(model, lane, limit, after)
    if not due:
        return None
    tenants = _below_cap(model, lane, due)
    take = _take_postgresql if connection.vendor == "postgresql" else _take_sqlite
    ids = take(model, lane, tenants, limit, token)
    return Claim(token, tuple(ids), tenants[-1]) if ids else None


def due_keys(
    model: type[QueuedRow], lane: str, limit: int, *, after: Any = None
) -> list[Any]:
    """Whose rows of `lane` are due, in turn, beginning behind `after`."""
    return _due_tenants(model, lane, limit, after)


def claim_of(
    model: type[QueuedRow], lane: str, key: Any, limit: int, *, token: UUID
) -> Claim | None:
    """Claim up to `limit` due rows of one `key` alone; None when none is due."""
    take = _take_postgresql if connection.vendor == "postgresql" else _take_sqlite
    ids = take(model, lane, [key], limit, token)
    return Claim(token, tuple(ids), key) if ids else None


def claim_suspect(
    model: type[QueuedRow], lane: str, *, token: UUID, key: Any = None
) -> Claim | None:
    """Claim one row that was claimed twice without an outcome, to be handled alone.

    Of one `key`, if that is given.
    """
    if not suspects_wait(model, lane):
        return None
    table, fair = _names(model)
    of_key = "" if key is None else f"AND {fair} = %s"
    locked = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    chosen = (
        f"{_due(table)} AND claims >= {SUSPECT_CLAIMS} {of_key} "
        f"ORDER BY due_at LIMIT 1 {locked}"
    )
    parameters = [_plain(token), settings.LEASE_SECONDS, lane]
    if key is not None:
        parameters.append(_plain(key))
    # Not IN: a nested loop may run a locking subquery once for each row, and every run
    # skips what the last one locked and finds another. A scalar one runs once.
    with writing(), connection.cursor() as cursor:
        cursor.execute(f"{_set(table)} WHERE id = ({chosen}) RETURNING id", parameters)
        ids = tuple(_uuid(row[0]) for row in cursor.fetchall())
    return Claim(token, ids) if ids else None


def suspects_wait(model: type[QueuedRow], lane: str) -> bool:
    """Whether a row under suspicion is due; one indexed query."""
    suspects = model._default_manager.filter(
        state=QUEUED, lane=lane, claims__gte=SUSPECT_CLAIMS, due_at__lte=Now()
    )
    return suspects.exists()


def _below_cap(model: type[QueuedRow], lane: str, due: list[Any]) -> list[Any]:
    """Those that do not hold more than their share; all, if that would be nobody."""
    if len(due) == 1:
        return due
    held = Counter(
        dict(
            model._default_manager.filter(state__in=(CLAIMED, SENDING), lane=lane)
            .values_list(model.fair_key)
            .annotate(Count("id"))
        )
    )
    cap = max(_CAP_FLOOR, held.total() // _CAP_SHARE)
    return [one for one in due if held[one] < cap] or due


def _due_tenants(
    model: type[QueuedRow], lane: str, limit: int, after: Any
) -> list[Any]:
    """The next tenants in turn with something due: a loose index scan, wrapping round.

    One probe for each tenant that waits, one for each priority; it ends at `limit`.
    """
    table, fair = _names(model)
    # Not EXISTS, which has been planned as a scan of the whole table: the order asks
    # for the index.
    due = " OR ".join(
        f"({_due(table)} AND {fair} = t AND priority = {priority} "
        f"AND claims < {SUSPECT_CLAIMS} ORDER BY due_at, id LIMIT 1) IS NOT NULL"
        for priority in PRIORITIES
    )
    # Behind `after` first; then, all being well ordered, from the beginning.
    ahead = _scan(model, "ahead", "IS NOT NULL" if after is None else "> %s")
    behind = _scan(model, "behind", "IS NOT NULL")
    chosen = [f"SELECT t FROM ahead WHERE t IS NOT NULL AND ({due})"]
    parameters: list[Any] = [lane] if after is None else [lane, _plain(after)]
    parameters.append(lane)
    if after is not None:
        chosen.append(f"SELECT t FROM behind WHERE t <= %s AND ({due})")
        parameters += [lane, lane]
    parameters += [lane] * len(PRIORITIES)
    if after is not None:
        parameters += [_plain(after), *([lane] * len(PRIORITIES))]
    scans = ahead if after is None else f"{ahead}, {behind}"
    statement = f"WITH RECURSIVE {scans} {' UNION ALL '.join(chosen)} LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, limit])
        target = model._meta.get_field(model.fair_key.removesuffix("_id"))
        return [_python(target, row[0]) for row in cursor.fetchall()]


def _scan(model: type[QueuedRow], name: str, first: str) -> str:
    """A recursive query that steps from one waiting tenant to the next."""
    table, fair = _names(model)
    step = (
        f"SELECT {fair} FROM {table} WHERE state = '{QUEUED}' AND lane = %s AND {fair} "
        f"{{than}} ORDER BY {fair} LIMIT 1"
    )
    return (
        f"{name}(t) AS (SELECT ({step.format(than=first)}) UNION ALL "
        f"SELECT ({step.format(than=f'> {name}.t')}) "
        f"FROM {name} WHERE {name}.t IS NOT NULL)"
    )


def _take_postgresql(
    model: type[QueuedRow], lane: str, tenants: Sequence[Any], limit: int, token: UUID
) -> list[UUID]:
    table, fair = _names(model)
    each = ceil(limit / len(tenants))
    # A range of the index for each tenant and priority: rows that are due only later
    # are never walked over.
    rows = (
        f"SELECT id, due_at FROM {table} WHERE state = '{QUEUED}' AND lane = %s "
        f"AND {fair} = t.tid AND priority = p.n AND due_at <= {now_sql()} "
        f"AND claims < {SUSPECT_CLAIMS} ORDER BY due_at, id LIMIT %s "
        "FOR UPDATE SKIP LOCKED"
    )
    placed = (
        "SELECT x.id, t.turn, row_number() OVER (PARTITION BY t.turn "
        "ORDER BY p.n, x.due_at, x.id) AS place "
        "FROM unnest(%s) WITH ORDINALITY t(tid, turn), unnest(%s) p(n), "
        f"LATERAL ({rows}) x"
    )
    statement = (
        f"WITH c AS MATERIALIZED (SELECT id FROM ({placed}) y WHERE place <= %s "
        f"ORDER BY place, turn LIMIT %s) {_set(table)} "
        "WHERE id IN (SELECT id FROM c) RETURNING id"
    )
    chosen: list[Any] = [list(tenants), list(PRIORITIES), lane, each, each, limit]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*chosen, token, settings.LEASE_SECONDS])
        return [row[0] for row in cursor.fetchall()]


def _take_sqlite(
    model: type[QueuedRow], lane: str, tenants: Sequence[Any], limit: int, token: UUID
) -> list[UUID]:
    table, fair = _names(model)
    # A range of the index for each priority: else all that is due is sorted each time,
    # which took 30 ms a claim with 60,000 rows.
    ranges = " UNION ALL ".join(
        f"SELECT * FROM (SELECT id, priority, due_at FROM {table} "
        f"WHERE state = '{QUEUED}' AND lane = %s AND {fair} = %s "
        f"AND priority = {priority} AND due_at <= {now_sql()} "
        f"AND claims < {SUSPECT_CLAIMS} ORDER BY due_at, id LIMIT %s)"
        for priority in PRIORITIES
    )
    statement = (
        f"{_set(table)} WHERE id IN (SELECT id FROM ({ranges}) "
        "ORDER BY priority, due_at, id LIMIT %s) RETURNING id"
    )
    each = ceil(limit / len(tenants))
    taken: list[UUID] = []
    with writing(), connection.cursor() as cursor:
        for tenant in tenants:
            left = min(each, limit - len(taken))
            if left <= 0:
                break
            leased = [_plain(token), settings.LEASE_SECONDS]
            range_of = [lane, _plain(tenant), left]
            cursor.execute(statement, [*leased, *(range_of * len(PRIORITIES)), left])
            taken += [_uuid(row[0]) for row in cursor.fetchall()]
    return taken


def _set(table: str) -> str:
    return (
        f"UPDATE {table} SET state = '{CLAIMED}', claim_token = %s, "
        f"lease_until = {later()}, claims = claims + 1"
    )


def _due(table: str) -> str:
    return (
        f"SELECT id FROM {table} WHERE state = '{QUEUED}' AND lane = %s "
        f"AND due_at <= {now_sql()}"
    )


def _names(model: type[QueuedRow]) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), quote(model.fair_key)


def _plain(value: Any) -> Any:
    """A parameter as the driver wants it: SQLite keeps UUIDs as text."""
    if isinstance(value, UUID) and connection.vendor == "sqlite":
        return value.hex
    return value


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def _python(target: Any, value: Any) -> Any:
    field = target.target_field if target.is_relation else target
    return field.to_python(value)
