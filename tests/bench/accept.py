"""How many calls a second are accepted: ours, and a bare view that stores the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection

from tests.bench import client
from tests.bench.customer import Customer
from tests.bench.ground import Ground

BARE = {"DJANGO_SETTINGS_MODULE": "tests.bench.bare_settings"}


@dataclass(frozen=True)
class Speed:
    """Accepted calls a second, of one round."""

    ours: float
    bare: float


def measure(ground: Ground, customer: Customer, *, seconds: float) -> Speed:
    """One round: ours, then the bare view, each served alone by the same server."""
    return Speed(
        ours=_ours(ground, customer, seconds), bare=_bare(ground, customer, seconds)
    )


def rows(ground: Ground, customer: Customer) -> Mapping[str, Mapping[str, int]]:
    """By table, the rows that one accepted call inserts: ours and the bare view's."""
    with ground.web() as (_process, port):
        ours = _inserted(customer, port, customer.posting(port))
    with _bare_web(ground, customer) as (_process, port):
        bare = _inserted(customer, port, _bare_target(customer, port))
    return {"ours": ours, "bare": bare}


def _ours(ground: Ground, customer: Customer, seconds: float) -> float:
    with ground.web() as (_process, port):
        return _rate(customer.posting(port), seconds)


def _bare(ground: Ground, customer: Customer, seconds: float) -> float:
    with _bare_web(ground, customer) as (_process, port):
        return _rate(_bare_target(customer, port), seconds)


def _bare_web(ground: Ground, customer: Customer) -> Any:
    tenant = {"BENCH_TENANT": str(customer.tenant.id)}
    return ground.web("tests.bench.bare_wsgi", **BARE, **tenant)


def _bare_target(customer: Customer, port: int) -> client.Target:
    return client.Target(port, "/accept", customer.mail)


def _rate(target: client.Target, seconds: float) -> float:
    run = client.at_full_speed(target, seconds=seconds)
    if run.refused:
        raise RuntimeError(f"{len(run.refused)} were refused: {run.refused[0]}")
    return run.rate


def _inserted(
    customer: Customer, port: int, target: client.Target
) -> Mapping[str, int]:
    before = _counts()
    line = client.Connection(port, target.headers)
    client.post(line, target, next(client.fresh_keys()), client.Run())
    line.close()
    after = _counts()
    return {
        name: after[name] - before[name]
        for name in sorted(after)
        if after[name] != before[name]
    }


def _counts() -> dict[str, int]:
    """Rows by table of our apps; the tables are small when this is asked."""
    counts = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = int(cursor.fetchone()[0])
    return counts
