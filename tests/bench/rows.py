"""Rows by the million: a past of many tenants, made inside the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from delivery.models import Content, Recipient
from notify_project.db.encryption import seal
from notify_project.db.hashing import address_hash
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

TENANTS = 20
BIG = (
    "notification",
    "content",
    "message",
    "recipient",
    "ledgerentry",
    "notificationtag",
)
# So many rows of any size hold what is looked for, so that answers weigh the same.
FOUND = 20
ADDRESS = "wanted@example.org"
TAG, COMMON_TAG, RARE_EVENT = "wanted", "common", "funding-approved"
CORRELATION = "call-wanted"


@dataclass(frozen=True)
class Past:
    """What there is to look for; `tenant` has half of all rows."""

    tenant: Tenant
    notification: UUID


# Ids as uuid7 makes them: by time, so neighbours in an index. Half of all rows belong
# to the first tenant. One in fifty is still queued, the youngest ones.
_BASE = """
CREATE TEMPORARY TABLE past AS SELECT
  i,
  (%(ids)s || lpad(to_hex(i), 12, '0'))::uuid AS id,
  CASE WHEN i %% 2 = 0 THEN (%(tenants)s::uuid[])[1]
    ELSE (%(tenants)s::uuid[])[2 + (i / 2) %% (cardinality(%(tenants)s::uuid[]) - 1)]
  END AS tenant,
  now() - (%(n)s - i) * interval '30 days' / %(n)s AS at,
  i > %(n)s - %(n)s / 50 AS waits,
  i %% 100 = 50 AS failed,
  i %% (%(n)s / %(found)s) = 0 AS wanted
FROM generate_series(1, %(n)s) i
"""
_INSERTS = (
    """
INSERT INTO delivery_notification (id, tenant_id, status, event_type, correlation_id,
  channels, key_type, key_name, decided_by, warnings, created_at)
SELECT id, tenant,
  CASE WHEN waits THEN 'queued' WHEN failed THEN 'failed' ELSE 'completed' END,
  CASE WHEN wanted THEN %(event)s ELSE '' END,
  CASE WHEN wanted THEN %(correlation)s ELSE 'call-' || i END,
  '["email"]', 'live', 'key', '{}', '[]', at FROM past
""",
    """
INSERT INTO delivery_content (id, tenant_id, notification_id, channel, body)
SELECT id, tenant, id, 'email', %(body)s FROM past
""",
    """
INSERT INTO delivery_message (id, tenant_id, notification_id, content_id, channel, lane,
  state, priority, due_at, claims, created_at, first_due_at, finished_at, provider,
  provider_ref, attempts, tries, on_unknown, unknowns, lookups, asking, maybe_duplicate,
  error_code, error_detail, hold_reason)
SELECT id, tenant, id, id, CASE WHEN wanted THEN 'sms' ELSE 'email' END, 'email-bulk',
  CASE WHEN waits THEN 'queued' WHEN failed THEN 'failed' ELSE 'sent' END,
  1, at, 0, at, at, CASE WHEN waits THEN NULL ELSE at END, 'email.smtp',
  '', 1, 0, 'retry_once', 0, 0, false, false, '', '', '' FROM past
""",
    """
INSERT INTO delivery_recipient (tenant_id, message_id, kind, address, address_hash,
  state, detail, created_at)
SELECT tenant, id, 'to', %(address)s,
  CASE WHEN wanted THEN %(hash)s ELSE sha256(i::text::bytea) END, '', '', at FROM past
""",
    """
INSERT INTO delivery_ledgerentry (tenant_id, message_id, was, became, cause, detail, at)
SELECT tenant, id, was, became, cause, '', at FROM past, (VALUES
  ('', 'queued', 'accepted'), ('claimed', 'sending', 'begin'),
  ('sending', 'sent', 'accepted')) AS e(was, became, cause)
WHERE e.was = '' OR NOT waits
""",
    """
INSERT INTO delivery_notificationtag (tenant_id, notification_id, tag, created_at)
SELECT tenant, id, CASE WHEN wanted THEN %(tag)s WHEN i %% 10 = 2 THEN %(common)s
  ELSE 'tag-' || i %% 1000 END, at FROM past
""",
)


def fill(count: int) -> Past:
    """So many notifications of one message each, in a database that has none."""
    tenants = [TenantFactory() for _ in range(TENANTS)]
    values: dict[str, Any] = {
        "n": count,
        "ids": "0199c1f03c5570008000",
        "tenants": [one.id for one in tenants],
        "found": FOUND,
        "event": RARE_EVENT,
        "correlation": CORRELATION,
        "tag": TAG,
        "common": COMMON_TAG,
        "hash": address_hash(tenants[0].id, ADDRESS),
        "address": seal(ADDRESS.encode(), column=_label(Recipient, "address")),
        "body": seal(b'{"texts": {}}' + b" " * 500, column=_label(Content, "body")),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        # The rows fit each other by their making: no foreign key has to be looked up.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_BASE, values)
        indexes = _without_indexes(cursor)
        for statement in _INSERTS:
            cursor.execute(statement, values)
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute("SELECT id FROM past WHERE wanted ORDER BY i DESC LIMIT 1")
        found = cursor.fetchone()[0]
        cursor.execute("DROP TABLE past")
        cursor.execute("RESET session_replication_role")
        for name in BIG:
            cursor.execute(f"VACUUM (ANALYZE) delivery_{name}")
        cursor.execute("RESET statement_timeout")
    return Past(tenants[0], found)


def _without_indexes(cursor: Any) -> list[str]:
    """Drop the big tables' indexes; what makes them again, at a third of the cost."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [[f"delivery_{name}" for name in BIG]],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def found_again() -> Past:
    """What `fill` made, in a database that was filled by another process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, tenant_id FROM delivery_notification "
            "WHERE event_type = %s ORDER BY id DESC LIMIT 1",
            [RARE_EVENT],
        )
        notification, tenant = cursor.fetchone()
    return Past(Tenant.objects.get(id=tenant), notification)


def _label(model: type, name: str) -> str:
    return f"{model._meta.label}.{name}"  # type: ignore[attr-defined]
