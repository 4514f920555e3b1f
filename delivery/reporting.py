"""What reports say: counts of messages by day, channel, status and more, as asked for.

Rows of DailyCount are read a month at a time and added up here; their words are the
API's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.utils.translation import gettext as _

from delivery import counting
from delivery.counting import Tally
from delivery.errors import TooManyRows
from delivery.models.notification import TESTS
from delivery.states import MEANINGS, Status
from notify_project.errors import Invalid, InvalidChoice
from providers.accounts import capabilities
from tenants.models import Tenant

# What a report may part by, in the order of its columns.
PARTS = (
    *("day", "channel", "eventType", "template"),
    *("provider", "status", "statistics"),
)
USUAL_PARTS = ("day", "channel", "status")
USUAL_DAYS = 30
LONGEST_DAYS = 366
MAX_ROWS = 10_000  # of one answer; CSV has no such limit
_SPAN = timedelta(days=31)
STATUSES = tuple(sorted({one.api for one in MEANINGS.values()}))
STATISTICS = tuple(sorted({one.statistics for one in MEANINGS.values()}))

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that somebody wants: days (both included), parts, and what to keep.

    `wanted` keeps rows whose part has that value, in any case of letters. `test` asks
    for what test keys have sent, and nothing else.
    """

    first: date
    last: date
    parts: Sequence[str] = USUAL_PARTS
    wanted: Mapping[str, str] | None = None
    test: bool = False

    @property
    def file_name(self) -> str:
        """What its CSV is saved as."""
        return f"notify-{self.first}-{self.last}.csv"


@dataclass(frozen=True, slots=True)
class Report:
    """All rows, sorted; `totals` has the number of messages by statistics status."""

    rows: Sequence[tuple[Cells, int]]
    totals: Mapping[str, int]


def asked(
    first: date | None,
    last: date | None,
    *,
    parts: Sequence[str] = USUAL_PARTS,
    wanted: Mapping[str, str] | None = None,
    test: bool = False,
) -> Asked:
    """A sound request; without days, the last 30. Raises Invalid naming the field."""
    end = last or counting.today()
    start = first or end - timedelta(days=USUAL_DAYS - 1)
    if start > end:
        raise Invalid(
            _("startDate is after endDate."), field="startDate", code="invalid_time"
        )
    if (end - start).days >= LONGEST_DAYS:
        raise Invalid(
            _("A report has at most %(days)s days. Ask for each year by itself.")
            % {"days": LONGEST_DAYS},
            field="startDate",
            code="invalid_time",
        )
    unknown = [one for one in parts if one not in PARTS]
    if unknown or not parts:
        raise InvalidChoice(
            _("groupBy is a list of some of these, with commas: %(known)s.")
            % {"known": ", ".join(PARTS)},
            field="groupBy",
        )
    ordered = [one for one in PARTS if one in parts]
    return Asked(start, end, ordered, wanted, test)


def report(tenant: Tenant, asked: Asked) -> Report:
    """The whole at once; raises TooManyRows beyond 10,000."""
    rows: Counter[Cells] = Counter()
    totals: Counter[str] = Counter(dict.fromkeys(STATISTICS, 0))
    for span in _spans(asked):
        for told, count in _told(tenant, span):
            rows[_cells(told, asked.parts)] += count
            totals[told["statistics"]] += count
        if len(rows) > MAX_ROWS:
            raise TooManyRows(
                _(
                    "The report has more than %(limit)s rows. Ask for fewer days, "
                    "group by less, or take the CSV, which has no limit."
                )
                % {"limit": MAX_ROWS},
                field="groupBy",
            )
    return Report(sorted(rows.items()), totals)


def stream(tenant: Tenant, asked: Asked) -> Iterator[tuple[Cells, int]]:
    """Its rows, sorted, however many: what lies in memory is a month, by parts."""
    rows: Counter[Cells] = Counter()
    for span in _spans(asked):
        for told, count in _told(tenant, span):
            rows[_cells(told, asked.parts)] += count
        if "day" in asked.parts:
            yield from sorted(rows.items())
            rows.clear()
    yield from sorted(rows.items())


def overview(tenant: Tenant, asked: Asked) -> Mapping[str, Mapping[str, Counter[str]]]:
    """For each part, its values, and of each how many by statistics status."""
    found: dict[str, dict[str, Counter[str]]] = {
        name: defaultdict(Counter) for name in asked.parts
    }
    for span in _spans(asked):
        for told, count in _told(tenant, span):
            for name, values in found.items():
                values[told[name]][told["statistics"]] += count
    return {name: dict(values) for name, values in found.items()}


def statistics_of(state: str, provider: str) -> str:
    """Document 000's word. Sent is final where the provider tells no more (D41)."""
    if state == Status.SENT and "receipts" not in capabilities(provider):
        return MEANINGS[Status.DELIVERED].statistics
    return MEANINGS[state].statistics


def _spans(asked: Asked) -> Iterator[Asked]:
    first = asked.first
    while first <= asked.last:
        last = min(first + _SPAN, asked.last)
        yield Asked(first, last, asked.parts, asked.wanted, asked.test)
        first = last + timedelta(days=1)


def _told(tenant: Tenant, asked: Asked) -> Iterator[tuple[Mapping[str, str], int]]:
    wanted = {name: text.lower() for name, text in (asked.wanted or {}).items()}
    statistics = cache(statistics_of)  # of few pairs, for tens of thousands of rows
    for one in counting.between(tenant.id, asked.first, asked.last):
        told = _parts(one, statistics(one.state, one.provider))
        kept = all(told[name].lower() == text for name, text in wanted.items())
        if kept and (one.key_type in TESTS) == asked.test:
            yield told, one.messages


def _parts(one: Tally, statistics: str) -> Mapping[str, str]:
    return {
        "day": one.day.isoformat(),
        "channel": one.channel,
        "eventType": one.event_type,
        "template": one.template,
        "provider": one.provider,
        "status": MEANINGS[one.state].api,
        "statistics": statistics,
    }


def _cells(told: Mapping[str, str], parts: Sequence[str]) -> Cells:
    return tuple(told[name] for name in parts)
