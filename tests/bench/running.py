"""The parts of a bench, their rounds, and what becomes a figure of what they found."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command

import notify_project.tasks  # noqa: F401 - the bell of this process rings by it
from tests.bench import accept, deliver, growth, latency, peers, report
from tests.bench.customer import open_for_business
from tests.bench.ground import Ground, forget_all

HISTORY = {"small": "past_small", "large": "past_large"}
# In accepting, one that is counted in place; and the bare view counts nobody.
_COUNTED = "tenants_ratebucket"


@dataclass(frozen=True)
class Sizes:
    """How much of everything; one round."""

    accept_seconds: float
    messages: int
    latency_seconds: float
    small: int
    large: int
    turns: int


FULL = Sizes(
    accept_seconds=5,
    messages=1200,
    latency_seconds=8,
    small=10_000,
    large=1_000_000,
    turns=5,
)


@dataclass
class Bench:
    """One run; `rounds` keeps what every round brought, by name."""

    ground: Ground
    sizes: Sizes
    rounds: dict[str, list[float]]
    notes: dict[str, Any]

    def note(self, name: str, value: float) -> None:
        self.rounds.setdefault(name, []).append(value)

    def median(self, name: str) -> float:
        return statistics.median(self.rounds[name])

    def ratio(self, ours: str, other: str) -> float:
        """The median of the rounds' own ratios: a busy minute meets both alike."""
        pairs = zip(self.rounds[ours], self.rounds[other], strict=True)
        return statistics.median(one / two for one, two in pairs)


def run(
    folder: Path, parts: Sequence[str], *, rounds: int, sizes: Sizes
) -> dict[str, Any]:
    """All rounds of the chosen parts; the figures."""
    ground = Ground(folder, os.environ["DATABASE_URL"])
    call_command("migrate", verbosity=0)
    bench = Bench(ground, sizes, {}, {})
    for name in parts:
        if name in BEFORE:
            with _told(f"preparing {name}"):
                BEFORE[name](bench)
    for number in range(rounds):
        for name in parts:
            with _told(f"round {number + 1} of {rounds}: {name}"):
                PARTS[name](bench)
    found: dict[str, Any] = {"machine": report.machine(), "rounds_run": rounds}
    for name in parts:
        found |= FIGURES[name](bench)
    return {**found, **bench.notes, "rounds": bench.rounds}


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    sys.stdout.write(f"{what} ... ")
    sys.stdout.flush()
    yield
    sys.stdout.write(f"{time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()


def _accept(bench: Bench) -> None:
    forget_all()
    found = accept.measure(
        bench.ground, open_for_business(), seconds=bench.sizes.accept_seconds
    )
    bench.note("accept.ours", found.ours)
    bench.note("accept.bare", found.bare)


def _rows(bench: Bench) -> None:
    """Both insert the same, or the ratio would mean nothing."""
    found = accept.rows(bench.ground, open_for_business())
    ours = {name: n for name, n in found["ours"].items() if name != _COUNTED}
    if ours != found["bare"]:
        raise RuntimeError(f"The bare view inserts other rows: {found}")
    bench.notes["accept_rows"] = ours


def _deliver(bench: Bench) -> None:
    for channel in deliver.KINDS:
        found = deliver.measure(bench.ground, channel, count=bench.sizes.messages)
        bench.note(f"deliver.{channel}.ours", found.ours)
        bench.note(f"deliver.{channel}.bare", found.bare)


def _latency(bench: Bench) -> None:
    accepted = bench.rounds.get("accept.ours") or [100.0]
    found = latency.measure(
        bench.ground,
        per_second=accepted[-1] / 2,
        seconds=bench.sizes.latency_seconds,
    )
    bench.note("latency.p50", found.percentile(0.5))
    bench.note("latency.p99", found.percentile(0.99))
    bench.note("latency.per_second", found.per_second)
    for name, megabytes in found.memory_mb.items():
        bench.note(f"memory.{name}", megabytes)


def _prepare_growth(bench: Bench) -> None:
    for size, name in HISTORY.items():
        url = bench.ground.another_database(name)
        bench.ground.migrate(DATABASE_URL=url)
        count = str(getattr(bench.sizes, size))
        words = ("-m", "tests.bench.growth", "fill", count)
        bench.ground.report("fill", *words, DATABASE_URL=url)


def _prepare_pages(bench: Bench) -> None:
    """They are looked at in the larger past, which gets what stands beside it."""
    if HISTORY["large"] not in bench.ground.databases():
        _prepare_growth(bench)
    words = ("-m", "tests.bench.pages", "fill", str(bench.sizes.large))
    bench.ground.report("fill", *words, DATABASE_URL=_large(bench))


def _pages(bench: Bench) -> None:
    words = ("-m", "tests.bench.pages", "times")
    told = bench.ground.report("times", *words, DATABASE_URL=_large(bench))
    for page, milliseconds in told.items():
        bench.note(f"pages.{page}", milliseconds)


def _large(bench: Bench) -> str:
    return bench.ground.beside(HISTORY["large"])


def _growth(bench: Bench) -> None:
    words = ("-m", "tests.bench.growth", "times", str(bench.sizes.turns))
    told = bench.ground.report("times", *words, *HISTORY.values())
    for size, name in HISTORY.items():
        for question, milliseconds in told[name].items():
            bench.note(f"growth.{size}.{question}", milliseconds)


def _prepare_peers(bench: Bench) -> None:
    bench.notes["_peer"] = peers.prepare(bench.ground)


def _peers(bench: Bench) -> None:
    ours, theirs = peers.measure(
        bench.ground, bench.notes["_peer"], count=bench.sizes.messages
    )
    bench.note("peers.ours", ours)
    bench.note("peers.django-post_office", theirs)


def _accept_figures(bench: Bench) -> Mapping[str, Any]:
    return {
        "accept_ratio": bench.ratio("accept.ours", "accept.bare"),
        "accept_per_second": bench.median("accept.ours"),
    }


def _deliver_figures(bench: Bench) -> Mapping[str, Any]:
    return {
        "deliver_ratio": {
            channel: bench.ratio(f"deliver.{channel}.ours", f"deliver.{channel}.bare")
            for channel in deliver.KINDS
        },
        "deliver_per_second": {
            channel: bench.median(f"deliver.{channel}.ours")
            for channel in deliver.KINDS
        },
    }


def _latency_figures(bench: Bench) -> Mapping[str, Any]:
    return {
        "latency_p50_ms": bench.median("latency.p50"),
        "latency_p99_ms": bench.median("latency.p99"),
        "latency_per_second": bench.median("latency.per_second"),
        "memory_mb": {
            name: max(bench.rounds[f"memory.{name}"])
            for name in ("web", "worker", "beat")
        },
    }


def _growth_figures(bench: Bench) -> Mapping[str, Any]:
    """Of the searches, the one that grows most."""
    by_question = {
        name: bench.ratio(f"growth.large.{name}", f"growth.small.{name}")
        for name in growth.QUESTIONS
    }
    searches = set(by_question) - {"claim", "status"}
    scans = bench.ground.report(
        "plans", "-m", "tests.bench.growth", "plans", DATABASE_URL=_large(bench)
    )
    return {
        "growth": {
            "claim": by_question["claim"],
            "status": by_question["status"],
            "search": max(by_question[name] for name in searches),
        },
        "growth_by_question": by_question,
        "sequential_scans": sum(len(each) for each in scans.values()),
        "sequential_scans_by_question": {k: v for k, v in scans.items() if v},
    }


def _page_figures(bench: Bench) -> Mapping[str, Any]:
    names = [name for name in bench.rounds if name.startswith("pages.")]
    by_page = {name.removeprefix("pages."): bench.median(name) for name in names}
    return {"admin_page_ms": max(by_page.values()), "admin_page_ms_by_page": by_page}


def _peer_figures(bench: Bench) -> Mapping[str, Any]:
    bench.notes.pop("_peer")
    name = "django-post_office"
    return {"peers": {name: bench.ratio("peers.ours", f"peers.{name}")}}


Step = Callable[[Bench], None]
BEFORE: Mapping[str, Step] = {
    "accept": _rows,
    "growth": _prepare_growth,
    "pages": _prepare_pages,
    "peers": _prepare_peers,
}
# Latency comes after accept, whose rate it halves.
PARTS: Mapping[str, Step] = {
    "accept": _accept,
    "latency": _latency,
    "deliver": _deliver,
    "peers": _peers,
    "growth": _growth,
    "pages": _pages,
}
FIGURES: Mapping[str, Callable[[Bench], Mapping[str, Any]]] = {
    "accept": _accept_figures,
    "latency": _latency_figures,
    "deliver": _deliver_figures,
    "peers": _peer_figures,
    "growth": _growth_figures,
    "pages": _page_figures,
}
