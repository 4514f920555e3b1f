"""Lists: newest first, page by page, without a gap, a repetition or a stranger."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models

from notify_project.api.pagination import InvalidCursor, InvalidLimit, page

START = datetime(2026, 1, 1, tzinfo=UTC)


class Thing(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "pagination_test"


@pytest.fixture
def things(transactional_db):
    """A table that only these tests have."""
    with connection.schema_editor() as editor:
        editor.create_model(Thing)
    yield Thing._default_manager
    with connection.schema_editor() as editor:
        editor.delete_model(Thing)


def make(things, count, *, per_moment=1):
    return things.bulk_create(
        Thing(created_at=START + timedelta(microseconds=n // per_moment))
        for n in range(count)
    )


def walk(things, limit, bind="t:things"):
    cursor, seen = None, []
    while True:
        found = page(things.all(), cursor=cursor, limit=limit, bind=bind)
        seen += found.rows
        cursor = found.next_cursor
        if cursor is None:
            return seen


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 11, 200])
def test_pages_together_are_the_list_newest_first(things, limit):
    made = make(things, 10, per_moment=4)

    seen = walk(things, limit)

    newest_first = sorted(made, key=lambda row: (row.created_at, row.id), reverse=True)
    assert seen == newest_first


def test_rows_that_come_meanwhile_neither_repeat_nor_hide_others(things):
    make(things, 6)
    first = page(things.all(), cursor=None, limit=3, bind="t:things")
    things.create(created_at=START + timedelta(days=1))

    second = page(things.all(), cursor=first.next_cursor, limit=3, bind="t:things")

    assert len({row.id for row in first.rows + second.rows}) == 6
    assert second.next_cursor is None


def test_the_answer_has_data_next_cursor_and_limit(things):
    make(things, 3)

    body: dict[str, Any] = page(things.all(), cursor="", limit="2", bind="t:x").body(
        lambda row: {"id": str(row.id)}
    )

    assert list(body) == ["data", "nextCursor", "limit"]
    assert len(body["data"]) == body["limit"] == 2
    assert isinstance(body["nextCursor"], str)


def test_the_limit_is_50_unless_said(things):
    make(things, 51)

    found = page(things.all(), cursor=None, limit=None, bind="t:things")

    assert (len(found.rows), found.limit) == (50, 50)


def test_one_page_is_one_query(things, django_assert_num_queries):
    make(things, 5)
    first = page(things.all(), cursor=None, limit=2, bind="t:things")

    with django_assert_num_queries(1):
        page(things.all(), cursor=first.next_cursor, limit=2, bind="t:things")


@pytest.mark.parametrize(
    "limit", ["0", "201", "-1", "abc", "1.5", "٣", "9" * 5000, " 5", "1e2", "\0"]
)
def test_other_limits_are_refused_by_field(limit):
    with pytest.raises(InvalidLimit) as caught:
        page(Thing._default_manager.none(), cursor=None, limit=limit, bind="t:things")

    assert caught.value.errors[0].field == "limit"


def test_a_cursor_of_another_tenant_or_list_opens_nothing(things):
    make(things, 3)
    cursor = page(things.all(), cursor=None, limit=1, bind="a:things").next_cursor

    for bind in ("b:things", "a:others", "a:thing", "a", ""):
        with pytest.raises(InvalidCursor):
            page(things.all(), cursor=cursor, limit=1, bind=bind)


@pytest.mark.parametrize(
    "cursor", ["x", "a:b", "a:b:c", "..", "é", "\0", "x" * 100_000, ".eJw:1:x", "::"]
)
def test_a_made_up_cursor_is_refused_by_field(cursor):
    with pytest.raises(InvalidCursor) as caught:
        page(Thing._default_manager.none(), cursor=cursor, limit=1, bind="t:things")

    assert caught.value.errors[0].field == "cursor"
