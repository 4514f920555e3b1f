"""Both places where arrival times are kept count alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from tenants.models import RateBucket
from tenants.rate_stores import DatabaseStore, MemoryStore


@pytest.fixture(params=[MemoryStore, DatabaseStore])
def store(request, db):
    return request.param()


def test_counts_down_and_then_refuses(store):
    seen = [store.take("one:live", 3) for _index in range(4)]

    assert [one.remaining for one in seen] == [2, 1, 0, 0]
    assert [one.allowed for one in seen] == [True, True, True, False]
    assert seen[-1].retry_after_seconds in {19, 20}
    assert seen[-1].reset_seconds in {59, 60}


def test_keys_are_counted_apart(store):
    for _index in range(3):
        store.take("one:live", 2)

    assert store.take("one:test", 2).allowed
    assert store.take("two:live", 2).allowed


def test_the_row_takes_one_statement(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        DatabaseStore().take("one:live", 100)

    assert RateBucket.objects.count() == 1


@pytest.mark.parametrize(
    "store_class",
    [MemoryStore, DatabaseStore],
)
@pytest.mark.django_db(transaction=True)
def test_many_threads_together_get_exactly_the_limit(store_class):
    store = store_class()
    limit = 20

    def take(_index):
        try:
            return store.take("one:live", limit).allowed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        allowed = sum(pool.map(take, range(40)))

    # Each three seconds give one more; the test may be slow.
    assert limit <= allowed <= limit + 5


@pytest.mark.django_db(transaction=True)
def test_counting_leaves_the_durability_of_other_commits_alone():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = 'local'")

    DatabaseStore().take("one:live", 10)
    alone = _durability()
    with transaction.atomic():
        DatabaseStore().take("one:live", 10)
        inside = _durability()

    assert (alone, inside) == ("local", "local")
    assert RateBucket.objects.get().key == "one:live"


def _durability():
    """What a commit waits for; SQLite has one answer for all."""
    if connection.vendor != "postgresql":
        return "local"
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return cursor.fetchone()[0]
