"""From the 202 to the provider's socket, and what the processes hold meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench import client
from tests.bench.customer import open_for_business
from tests.bench.deliver import DELAY_MS
from tests.bench.ground import Ground, forget_all, memory_mb, waiting
from tests.faults.processes import Process, until

_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Found:
    """Sorted latencies in milliseconds, and the most that each process held."""

    milliseconds: list[float]
    memory_mb: Mapping[str, float]
    per_second: float

    def percentile(self, share: float) -> float:
        place = min(int(len(self.milliseconds) * share), len(self.milliseconds) - 1)
        return self.milliseconds[place]


def measure(ground: Ground, *, per_second: float, seconds: float) -> Found:
    """Web, worker and beat on one machine, with calls at an even rate."""
    forget_all()
    with (
        ground.stub(DELAY_MS) as stub,
        ground.worker() as worker,
        ground.beat() as beat,
    ):
        customer = open_for_business(stub)
        with ground.web() as (web, port):
            target = customer.posting(port)
            client.at_a_rate(target, per_second=per_second, seconds=min(1, seconds))
            until(lambda: not waiting(), _PATIENCE_SECONDS)
            stub.arrivals()
            held = _Held({"web": web, "worker": worker, "beat": beat})
            run = client.at_a_rate(target, per_second=per_second, seconds=seconds)
            until(lambda: not waiting(), _PATIENCE_SECONDS)
            arrivals = stub.arrivals()
            memory = held.most()
    if run.refused or run.answered.keys() != arrivals.keys():
        raise RuntimeError(
            f"{len(run.answered)} calls were answered, {len(arrivals)} mails arrived, "
            f"{len(run.refused)} calls were refused: {run.refused[:1]}"
        )
    # A mail may reach its provider before the caller has read the answer.
    late = [max(0.0, arrivals[key] - at) * 1000 for key, at in run.answered.items()]
    return Found(sorted(late), memory, run.rate)


class _Held:
    """Looks at processes' memory until it is asked for the most that it saw."""

    def __init__(self, processes: Mapping[str, Process]) -> None:
        self._processes = processes
        self._most = dict.fromkeys(processes, 0.0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def most(self) -> Mapping[str, float]:
        self._stop.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while True:
            for name, process in self._processes.items():
                self._most[name] = max(self._most[name], memory_mb(process))
            if self._stop.wait(_LOOK_SECONDS):
                return
