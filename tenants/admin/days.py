"""Narrowing a list to days: of the tenant's time zone, the last one with its evening.

Every moment that a list_filter names is narrowed by it; importing it is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.admin import FieldListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import DateTimeField, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

_DAY = timedelta(days=1)
# What of a whole day is meant: from its beginning, or from the end of it.
_AFTER_IT = {"lte": "lt", "gt": "gte"}
LOOKUPS = ("gte", "gt", "lte", "lt")


class DayFilter(FieldListFilter):
    """Today, this week, ..., or from one day to another: `?at__gte=` and `?at__lte=`.

    A day without a time is a whole one, in the zone of who looks.
    """

    template = "admin/notify/day_filter.html"

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: Any,
        model: Any,
        model_admin: Any,
        field_path: str,
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = _("day")
        mine = {*self.expected_parameters(), "p"}
        # What the list is narrowed by besides goes along with the form of days.
        self.others = [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if name not in mine
        ]

    def expected_parameters(self) -> list[str | None]:
        return [f"{self.field_path}__{one}" for one in LOOKUPS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Raises IncorrectLookupParameters for what is neither day nor time."""
        return queryset.filter(*(Q(bound(*one)) for one in self._asked().items()))

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Days that one asks for often; the form has all others."""
        today = timezone.localdate()
        first, last = self.first, self.last
        for words, *span in (
            (_("Any date"), "", ""),
            (_("Today"), today, today),
            (_("Yesterday"), today - _DAY, today - _DAY),
            (_("Past 7 days"), today - 7 * _DAY, today),
            (_("This month"), today.replace(day=1), today),
        ):
            days = [str(one) for one in span]
            given = {
                name: one for name, one in zip(self._ends, days, strict=True) if one
            }
            yield {
                "selected": days == [first, last],
                "query_string": changelist.get_query_string(
                    given, self.expected_parameters()
                ),
                "display": words,
            }

    @property
    def first(self) -> str:
        """The first day that is asked for, as one typed it."""
        return self._asked().get(self._ends[0], "")

    @property
    def last(self) -> str:
        """The last one."""
        return self._asked().get(self._ends[1], "")

    @property
    def _ends(self) -> tuple[str, str]:
        return f"{self.field_path}__gte", f"{self.field_path}__lte"

    def _asked(self) -> dict[str, str]:
        """An empty field of the form asks for nothing."""
        given = {
            name: str(value[-1] if isinstance(value, list) else value)
            for name, value in self.used_parameters.items()
        }
        return {name: text for name, text in given.items() if text}


FieldListFilter.register(
    lambda field: isinstance(field, DateTimeField) and not field.null,
    DayFilter,
    take_priority=True,
)


def bound(name: str, text: str) -> tuple[str, datetime]:
    """A lookup and its moment, for "at__lte" and a day, or a day and a time."""
    path, _under, lookup = name.rpartition("__")
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError as nonsense:
        raise IncorrectLookupParameters(nonsense) from None
    if day is None and moment is None:
        raise IncorrectLookupParameters(text)
    if day is None:
        assert moment is not None
        return name, _in_zone(moment)
    if lookup not in _AFTER_IT:
        return name, _in_zone(_midnight(day))
    return f"{path}__{_AFTER_IT[lookup]}", _in_zone(_midnight(day + _DAY))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _in_zone(moment: datetime) -> datetime:
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
