"""One proof: events of several tenants, workers, a receiver that dies meanwhile."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models.functions import Now

from callbacks import endpoints
from callbacks.models import DELIVERED, Callback, Endpoint
from callbacks.publishing import Event, publish_all
from callbacks.wishes import MOST_AT_ONCE, Wish, granted
from notify_project.queue.models import CLAIMED
from notify_project.queue.writing import writing
from tests.bench.ground import Ground, free_port
from tests.faults.processes import Process, until
from tests.proof import books
from tests.tenants.factories import TenantFactory

_BATCH = 500
_UP_SECONDS = 60.0


@dataclass(frozen=True)
class Plan:
    """How much, and how bad the day is; shares are of the receiver's calls."""

    events: int = 10_000
    tenants: int = 40
    workers: int = 3
    fails: float = 0.2
    hangs: float = 0.05
    # Longer than a call of ours waits for its answer.
    hang_seconds: float = 17.0
    down_seconds: float = 60.0
    patience_seconds: float = 900.0
    seed: int = 20261122


class Proof:
    """The stage of one run."""

    def __init__(self, ground: Ground, plan: Plan) -> None:
        self._ground = ground
        self._plan = plan
        self._port = free_port()
        self._log = ground.folder / "receiver.log"
        self._endpoints = [self._endpoint(number) for number in range(plan.tenants)]

    def run(self, *, verify: Any = None) -> dict[str, Any]:
        """What was found. `verify` is given samples while their signatures are young.

        The receiver is killed when a third has arrived, and is away for its time.
        After that, waits are skipped while nothing is under way: as if their time had
        passed, in which nothing happened.
        """
        began = time.monotonic()
        self._publish()
        with ExitStack() as crew:
            with self._receiving() as receiver:
                for _ in range(self._plan.workers):
                    crew.enter_context(self._ground.worker())
                self._until(lambda: self._told() >= self._plan.events // 3)
                verified = verify(self._samples()) if verify else None
                receiver.kill()
            time.sleep(self._plan.down_seconds)
            with self._receiving():
                self._until(self._is_over)
        keys = Callback.across_tenants().values_list("event_id", flat=True)
        found = books.audit([str(one) for one in keys], books.notes_of(self._log))
        return {
            **found,
            "not_delivered": self._plan.events - self._told(),
            "verified_by_npm": verified,
            "down_seconds": self._plan.down_seconds,
            "seconds": round(time.monotonic() - began),
        }

    def _endpoint(self, number: int) -> Endpoint:
        wish = Wish(
            url=f"http://127.0.0.1:{self._port}/{number}",
            per_second=1000,
            concurrency=MOST_AT_ONCE,
        )
        return endpoints.register(TenantFactory(), granted(wish))

    def _publish(self) -> None:
        numbers = range(self._plan.events)
        tenants = [one.tenant_id for one in self._endpoints]
        for start in range(0, len(numbers), _BATCH):
            with writing():
                publish_all(
                    [
                        Event(
                            tenants[number % len(tenants)],
                            "message.sent",
                            {"number": number},
                        )
                        for number in numbers[start : start + _BATCH]
                    ]
                )

    def _receiving(self) -> Any:
        order = {
            **asdict(self._plan),
            "port": self._port,
            "log": str(self._log),
            "secrets": {
                f"/{number}": str(one.secret)
                for number, one in enumerate(self._endpoints)
            },
        }
        words = ["-m", "tests.proof.receiver", json.dumps(order)]
        return _Listening(self._ground.running("receiver", *words))

    def _told(self) -> int:
        return Callback.across_tenants().filter(state=DELIVERED).count()

    def _samples(self) -> list[dict[str, Any]]:
        notes = books.notes_of(self._log)
        return [one for one in notes if one["what"] == "sample"]

    def _is_over(self) -> bool:
        open_ones = Callback.across_tenants().filter(finished_at=None)
        if not open_ones.exists():
            return True
        ready = open_ones.filter(due_at__lte=Now(), endpoint__held_until__lte=Now())
        if not (ready.exists() or open_ones.filter(state=CLAIMED).exists()):
            open_ones.update(due_at=Now())
            Endpoint.across_tenants().update(held_until=Now())
        return False

    def _until(self, condition: Any) -> None:
        if not until(condition, self._plan.patience_seconds):
            raise RuntimeError(f"{self._told()} of {self._plan.events} were told.")


class _Listening:
    """A receiver's process that takes connections."""

    def __init__(self, running: Any) -> None:
        self._running = running

    def __enter__(self) -> Process:
        process: Process = self._running.__enter__()
        assert until(partial(_listens, process), _UP_SECONDS), process.said()
        return process

    def __exit__(self, *told: Any) -> None:
        self._running.__exit__(*told)


def _listens(process: Process) -> bool:
    return "listening" in process.said()


def write(found: dict[str, Any], file: Path) -> None:
    """As programs read it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
