"""The admin's lists stay cheap however many rows there are: by queries, by plans."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from callbacks import repeating
from callbacks.models import Callback, Endpoint
from callbacks.publishing import Event, publish_all
from notify_project.db import clock
from notify_project.queue.writing import writing
from tests.furnished import Furnished, furnish
from tests.tenants.factories import UserFactory
from tests.walks.asked import BIG, asked_of_each, pages
from tests.walks.test_admin_walk import logged_in, named, scoped_models, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> Furnished:
    return furnish("ours")


@pytest.mark.usefixtures("steady_clock")
def test_more_rows_cost_no_more_queries(ours):
    """As an operator, who sees the rows of all tenants."""
    client = logged_in(UserFactory(is_superuser=True))
    few = {model: queries(client, model) for model in scoped_models()}
    for word in ("second", "third"):
        furnish(word)

    many = {model: queries(client, model) for model in scoped_models()}

    assert {one: (few[one], many[one]) for one in few if many[one] > few[one]} == {}


@pytest.mark.usefixtures("steady_clock")
def test_lists_and_searches_take_fifteen_queries_at_most(ours):
    client = someone(ours.tenant, "admin")

    costs = {
        (model._meta.model_name, *asked.values()): queries(client, model, **asked)
        for model, asked in asked_of_each()
    }

    assert {one: cost for one, cost in costs.items() if cost > 15} == {}


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("who", ["admin", "operator"])
def test_no_big_table_is_read_from_end_to_end(ours, who):
    operator = UserFactory(is_superuser=True)
    client = someone(ours.tenant, "admin") if who == "admin" else logged_in(operator)
    with connection.cursor() as cursor:
        # In tables this small, PostgreSQL would rather read them whole.
        cursor.execute("SET LOCAL enable_seqscan = off")

    found = [
        (url, asked, table)
        for url, asked in pages()
        for table in read_whole(client, url, asked)
    ]

    assert found == []


@pytest.mark.only_on("postgresql")
def test_what_failed_is_found_without_reading_what_did_not(ours):
    """In the list, and by whoever has it sent again; among as many rows as tell."""
    [endpoint] = Endpoint.for_tenant(ours.tenant)
    with writing():
        event = Event(ours.tenant.id, "message.sent", {})
        publish_all([event] * 3000)
    rows = Callback.for_tenant(ours.tenant)
    rows.update(state="delivered", finished_at=clock.now())
    some = list(rows.values_list("pk", flat=True)[:3])
    rows.filter(pk__in=some).update(state="failed")
    since = clock.now() - timedelta(days=1)
    repeating.recover(endpoint, since=since, until=None, asked_by="ann")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE callbacks_callback")
    client = someone(ours.tenant, "support")
    listed = named(Callback, "changelist")

    plans = {
        "list": plan(lambda: client.get(listed, {"state": "failed"})),
        "oldest": plan(lambda: repeating.oldest_failure(endpoint)),
        "recovery": plan(repeating.go_on),
    }

    assert {
        one for one, told in plans.items() if "callback_failed" not in told
    } == set()


def plan(act: Callable[[], object]) -> str:
    """How PostgreSQL reads what the act asks of callbacks."""
    with CaptureQueriesContext(connection) as captured:
        act()
    plans = []
    with connection.cursor() as cursor:
        for one in captured:
            if re.match("SELECT .* FROM .callbacks_callback", one["sql"]):
                cursor.execute(f"EXPLAIN {one['sql']}")
                plans += [row[0] for row in cursor.fetchall()]
    return "\n".join(plans)


def queries(client: Client, model: type[Model], **asked: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(named(model, "changelist"), asked).status_code == 200
    return len(captured)


def read_whole(client: Client, url: str, asked: dict[str, str]) -> list[str]:
    """The big tables of which the page's queries would read every row."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, asked).status_code == 200
    plans = []
    with connection.cursor() as cursor:
        for one in captured:
            if one["sql"].startswith("SELECT"):
                cursor.execute(f"EXPLAIN {one['sql']}")
                plans += [row[0] for row in cursor.fetchall()]
    return [one for one in BIG if any(f"Seq Scan on {one} " in each for each in plans)]
