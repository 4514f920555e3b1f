"""Lists in pages: newest first, from one signed cursor to the next (D33)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from notify_project.errors import Invalid

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_CURSOR_LIFE_SECONDS = 7 * 24 * 3600

# For the OpenAPI description of a list; their names for `queries.known`.
PAGE = (
    OpenApiParameter(
        "limit",
        {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
        },
        description=_lazy("How many rows a page has."),
    ),
    OpenApiParameter(
        "cursor", str, description=_lazy("`nextCursor` of the page before.")
    ),
)

Row = TypeVar("Row", bound=Model)


class PageSerializer(serializers.Serializer[Any]):
    """The shape of D33; each list adds `data`, its rows.

    Serializers have a property of that name too, which a type checker takes it for.
    """

    nextCursor = serializers.CharField(allow_null=True)
    limit = serializers.IntegerField()


class InvalidCursor(Invalid):
    """Not a cursor of this list, of this caller, or not one of this week."""

    code = "invalid_cursor"


class InvalidLimit(Invalid):
    """Not a number of rows that one page can have."""

    code = "invalid_limit"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and where the next ones start; `next_cursor` is None at the end."""

    rows: list[Row]
    next_cursor: str | None
    limit: int

    def body(self, present: Callable[[Row], object]) -> dict[str, object]:
        """The answer of every list: `{data, nextCursor, limit}`."""
        return {
            "data": [present(row) for row in self.rows],
            "nextCursor": self.next_cursor,
            "limit": self.limit,
        }


def page(
    queryset: QuerySet[Row], *, cursor: str | None, limit: str | int | None, bind: str
) -> Page[Row]:
    """The rows after `cursor`, newest first, at most `limit` of them: one query.

    `cursor` and `limit` come straight from the query string. `bind` names whose list
    it is and which (`f"{tenant.id}:notifications"`): a cursor of another tenant or
    list does not open this one. The model has `created_at` and a UUID `id`, indexed
    in this order. No row is shown twice or left out while rows are being added.
    Raises InvalidCursor and InvalidLimit.
    """
    size = _limit(limit)
    if cursor:
        at, row_id = _open(cursor, bind)
        # The first condition alone is redundant, and what lets the index be used.
        queryset = queryset.filter(
            Q(created_at__lte=at), Q(created_at__lt=at) | Q(id__lt=row_id)
        )
    rows = list(queryset.order_by("-created_at", "-id")[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _seal(rows[-1], bind) if more else None, size)


def _limit(value: str | int | None) -> int:
    if value is None or value == "":
        return DEFAULT_LIMIT
    text = str(value)
    if text.isascii() and text.isdigit() and len(text) <= 9:
        size = int(text)
        if 1 <= size <= MAX_LIMIT:
            return size
    raise InvalidLimit(
        _(
            "limit is not a whole number from 1 to %(most)d. Leave it out for "
            "%(usual)d, and follow nextCursor for more."
        )
        % {"most": MAX_LIMIT, "usual": DEFAULT_LIMIT},
        field="limit",
    )


def _salt(bind: str) -> str:
    return f"notify.cursor:{bind}"


def _seal(row: Model, bind: str) -> str:
    created_at = cast(datetime, vars(row)["created_at"])
    return signing.dumps([created_at.isoformat(), str(row.pk)], salt=_salt(bind))


def _open(cursor: str, bind: str) -> tuple[datetime, UUID]:
    try:
        at, row_id = signing.loads(
            cursor, salt=_salt(bind), max_age=_CURSOR_LIFE_SECONDS
        )
        return datetime.fromisoformat(at), UUID(row_id)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvalidCursor(
            _(
                "cursor is not one that this list gave you, or it is older than a "
                "week. Start again without a cursor."
            ),
            field="cursor",
        ) from error
