"""How long the admin's lists take, with a million notifications and all beside them.

`python -m tests.bench.pages fill COUNT | times` works on the database of DATABASE_URL,
which tests.bench.growth has filled, and prints JSON: milliseconds by page.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from urllib.parse import urlencode
from uuid import uuid4

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection
from django.db.models import Model
from django.test import Client

from callbacks.models import Callback
from delivery.models import DailyCount, ReceivedText
from notify_project.db import clock
from recipients.models import Subscription, Suppression
from tenants.models import AuditEntry, RefusedCall
from tests.bench import rows
from tests.furnished import furnish
from tests.tenants.factories import MembershipFactory, UserFactory
from tests.walks.asked import BIG, pages

_WARM, _ASKED = 1, 3
_ID = "('0199c1f13c5570008000' || lpad(to_hex(i), 12, '0'))::uuid"
_HASH = "sha256(i::text::bytea)"
# Half of all rows are the first tenant's, as those of the million are.
_TENANT = "CASE WHEN i %% 2 = 0 THEN '{first}'::uuid ELSE tenant_id END"
_BEFORE = "now() - i * interval '2 seconds'"
# Of these there are as many as notifications; of the others a tenth.
_AS_MANY = (Callback,)
# Model: what is not alike in all its rows, as SQL; `i` counts them.
_OWN: dict[type[Model], dict[str, str]] = {
    Callback: {
        "id": _ID,
        "event_id": _ID,
        "created_at": _BEFORE,
        "finished_at": _BEFORE,
        "state": "CASE WHEN i %% 100 = 50 THEN 'failed' ELSE 'delivered' END",
    },
    RefusedCall: {"id": _ID, "at": _BEFORE, "correlation_id": "'refused-' || i"},
    AuditEntry: {"id": _ID, "at": _BEFORE},
    ReceivedText: {"id": _ID, "created_at": _BEFORE, "sender_hash": _HASH},
    Suppression: {"id": _ID, "created_at": _BEFORE, "address_hash": _HASH},
    Subscription: {"id": _ID, "created_at": _BEFORE, "address_hash": _HASH},
    DailyCount: {
        "id": "i + 1000000",
        "day": "current_date - i / 1000",
        "template": "'template-' || i %% 1000",
    },
}


def fill(count: int) -> int:
    """What stands beside so many notifications; the number of rows."""
    past = rows.found_again()
    made = furnish("beside")
    counted = DailyCount(
        tenant=made.tenant,
        day=clock.now().date(),
        channel="email",
        key_type="live",
        state="sent",
        count=9,
    )
    counted.save()
    by_model: dict[type, Model] = {type(row): row for row in (*made.rows, counted)}
    total = 0
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        for model, own in _OWN.items():
            wanted = count if model in _AS_MANY else count // 10
            tenant = _TENANT.format(first=past.tenant.id)
            total += _multiply(by_model[model], wanted, {**own, "tenant_id": tenant})
        cursor.execute("RESET session_replication_role")
        for table in BIG:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("RESET statement_timeout")
    return total


def _multiply(row: Model, count: int, own: dict[str, str]) -> int:
    """So many copies of a stored row."""
    table = row._meta.db_table
    names = [str(field.column) for field in row._meta.concrete_fields]
    values = ", ".join(own.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} "
            f"FROM {table}, generate_series(1, %s) AS i WHERE id = %s",
            [count, row.pk],
        )
        made: int = cursor.rowcount
    return made


def times() -> dict[str, float]:
    """Milliseconds by who asks and the page, the median of a few."""
    tenant = rows.found_again().tenant
    # Each round is another process, whose factories count from the beginning.
    round_ = uuid4()
    member = UserFactory(email=f"admin@{round_}.example")
    MembershipFactory(tenant=tenant, user=member, role="admin")
    operator = UserFactory(email=f"operator@{round_}.example", is_superuser=True)
    people = {"admin": member, "operator": operator}
    found = {}
    for who, user in people.items():
        client = Client()
        client.force_login(user)
        for url, asked in pages():
            name = f"{who}: {url}?{urlencode(asked)}".rstrip("?")
            found[name] = _time(client, url, asked)
    return found


def _time(client: Client, url: str, asked: dict[str, str]) -> float:
    taken = []
    for number in range(_WARM + _ASKED):
        began = time.perf_counter()
        answer = client.get(url, asked, SERVER_NAME="localhost")
        if number >= _WARM:
            taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} {asked}: {answer.status_code}")
    return statistics.median(taken)


def main(what: str, *words: str) -> object:
    """The command's answer."""
    return fill(int(words[0])) if what == "fill" else times()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
