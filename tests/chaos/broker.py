"""F4 and F5: the broker forgets everything, is gone for minutes, and freezes."""

from __future__ import annotations

import signal
import time

from tests.chaos.posting import Clients
from tests.chaos.world import World
from tests.faults.processes import Broker

# What may wait in all lanes' queues when a frozen broker comes back.
_BELLS = 200


def wiped(
    world: World,
    *,
    wiping_seconds: float = 60,
    gone_seconds: float = 130,
    rate: float = 12,
) -> None:
    """F4. Wiped each second, then dead for minutes, then back and empty."""
    broker = _broker(world)
    clients, phases = _loaded(world, rate)
    phases.begin("well")
    time.sleep(5)
    phases.begin("wiped each second")
    for _ in range(round(wiping_seconds)):
        broker.wipe()
        time.sleep(1)
    phases.begin("gone")
    broker.process.kill()
    time.sleep(gone_seconds)
    phases.begin("back and empty")
    broker.start()
    time.sleep(5)
    phases.end()
    clients.finish()
    world.drain()


def frozen(world: World, *, seconds: float = 60, rate: float = 12) -> None:
    """F5. Frozen; a web process is started meanwhile, and must not wait for it."""
    broker = _broker(world)
    clients, phases = _loaded(world, rate)
    phases.begin("well")
    time.sleep(5)
    phases.begin("frozen")
    broker.process.signal(signal.SIGSTOP)
    time.sleep(seconds / 3)
    port, _web = world.web()
    clients.serve_also(port)
    time.sleep(2 * seconds / 3)
    broker.process.signal(signal.SIGCONT)
    phases.begin("thawed")
    time.sleep(1)
    bells = broker.waiting()
    world.notes["bells_waiting"] = bells
    world.claim(bells <= _BELLS, f"{bells} bells wait in a broker that has come back")
    time.sleep(4)
    phases.end()
    clients.finish()
    world.drain()


class Phases:
    """How long callers waited for their answers, phase by phase."""

    def __init__(self, world: World, clients: Clients) -> None:
        self._world = world
        self._clients = clients
        self._name = ""
        self._began = 0.0

    def begin(self, name: str) -> None:
        self.end()
        self._name, self._began = name, time.monotonic()

    def end(self) -> None:
        if self._name:
            told = self._world.notes.setdefault("api_p99_ms", {})
            told[self._name] = self._clients.p99_ms(self._began, time.monotonic())


def _broker(world: World) -> Broker:
    assert world.broker is not None, "this fault needs a broker that it may break"
    return world.broker


def _loaded(world: World, rate: float) -> tuple[Clients, Phases]:
    world.furnish()
    port, _web = world.web(wait=False)
    world.workers(2)
    world.serving(port)
    world.stage.beat()
    clients = Clients(world, [port])
    clients.pace(rate)
    return clients, Phases(world, clients)
