"""What is counted: in memory where it happens, in rows for all processes, at /metrics.

Counting takes a microsecond and no query. Every few seconds a process adds what it has
counted to the rows (`flush_if_due`), so that whichever web process is asked can tell of
all workers on all hosts. Gauges are read when somebody asks.

Labels are ids, codes and provider keys: never an address, never a name.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, connection

from notify_project.observability.models import MetricTotal

FLUSH_SECONDS = 5.0
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
# One statement has at most so many rows.
_ROWS = 500

Labels = Mapping[str, object]
Samples = Iterable[tuple[Labels, float]]


class _Pending:
    """What this process has counted and not added to the rows yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._amounts: dict[str, float] = defaultdict(float)
        self._flushed = time.monotonic()

    def add(self, amounts: Iterable[tuple[str, float]]) -> None:
        with self._lock:
            for series, amount in amounts:
                self._amounts[series] += amount

    def is_due(self) -> bool:
        return bool(self._amounts) and (
            time.monotonic() - self._flushed >= FLUSH_SECONDS
        )

    def take(self) -> list[tuple[str, float]]:
        """All of it, in an order that all processes share: no deadlock."""
        with self._lock:
            taken, self._amounts = self._amounts, defaultdict(float)
            self._flushed = time.monotonic()
        return sorted(taken.items())


_pending = _Pending()


@dataclass(frozen=True, slots=True)
class _Told:
    name: str
    kind: str
    text: str
    read: Callable[[], Samples] | None = None


_told: dict[str, _Told] = {}


class Counter:
    """Only ever grows. `name` ends in _total."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        _told[name] = _Told(name, "counter", text)

    def count(self, amount: float = 1.0, **labels: object) -> None:
        _pending.add([(series(self.name, labels), amount)])


class Histogram:
    """Seconds, by how many were at most as long as each of `bounds`."""

    def __init__(self, name: str, text: str, bounds: Sequence[float]) -> None:
        self.name = name
        self._bounds = tuple(bounds)
        _told[name] = _Told(name, "histogram", text)

    def observe(self, seconds: float, **labels: object) -> None:
        """Buckets hold all that are shorter, as Prometheus has it."""
        first = bisect_left(self._bounds, seconds)
        buckets = [f"{one:g}" for one in self._bounds[first:]] + ["+Inf"]
        _pending.add(
            [
                (series(f"{self.name}_sum", labels), seconds),
                (series(f"{self.name}_count", labels), 1.0),
                *(
                    (series(f"{self.name}_bucket", {**labels, "le": bound}), 1.0)
                    for bound in buckets
                ),
            ]
        )


def gauge(name: str, text: str, read: Callable[[], Samples]) -> None:
    """Say how to read what goes up and down; asked at each look at /metrics."""
    _told[name] = _Told(name, "gauge", text, read)


def series(name: str, labels: Labels) -> str:
    """One sample's name and labels, as Prometheus writes them."""
    if not labels:
        return name
    told = ",".join(
        f'{label}="{str(value).translate(_ESCAPES)}"'
        for label, value in sorted(labels.items())
    )
    return f"{name}{{{told}}}"


def flush_if_due() -> None:
    """Add what was counted to the rows, if anything was and it is time."""
    if _pending.is_due():
        flush()


def flush_after_request(**_signal: object) -> None:
    """Of a web process; a database that is away is no reason to fail a request."""
    with suppress(DatabaseError, InterfaceError):
        flush_if_due()


def flush() -> None:
    """One statement; what cannot be stored now is kept for the next time."""
    counted = _pending.take()
    for start in range(0, len(counted), _ROWS):
        rows = counted[start : start + _ROWS]
        try:
            _add(rows)
        except Exception:
            _pending.add(counted[start:])
            raise


def _add(rows: Sequence[tuple[str, float]]) -> None:
    marks = ", ".join(["(%s, %s)"] * len(rows))
    statement = " ".join(
        (
            "INSERT INTO notify_project_metrictotal AS t (series, amount)",
            f"VALUES {marks}",
            "ON CONFLICT (series) DO UPDATE SET amount = t.amount + EXCLUDED.amount",
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])


def exposition() -> str:
    """All metrics in Prometheus' text format 0.0.4."""
    flush()
    totals = defaultdict(list)
    for one in MetricTotal.objects.order_by("series"):
        totals[_family(one.series)].append((one.series, one.amount))
    lines: list[str] = []
    for told in sorted(_told.values(), key=lambda one: one.name):
        lines += [f"# HELP {told.name} {told.text}", f"# TYPE {told.name} {told.kind}"]
        samples = _gauged(told) if told.read else _in_order(totals[told.name])
        lines += [f"{name} {_number(amount)}" for name, amount in samples]
    return "\n".join(lines) + "\n"


def _family(text: str) -> str:
    """The metric that a stored sample belongs to."""
    name = text.partition("{")[0]
    for suffix in ("_bucket", "_sum", "_count"):
        if name.removesuffix(suffix) in _told:
            return name.removesuffix(suffix)
    return name


def _gauged(told: _Told) -> Iterator[tuple[str, float]]:
    for labels, value in told.read() if told.read else ():
        yield series(told.name, labels), value


def _in_order(samples: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Buckets from small to large; text would put 10 before 2.5."""
    return sorted(samples, key=lambda one: (_without_bound(one[0]), _bound(one[0])))


def _without_bound(text: str) -> str:
    return text.partition('le="')[0]


def _bound(text: str) -> float:
    after = text.partition('le="')[2].partition('"')[0]
    return float(after) if after else 0.0


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else repr(value)
