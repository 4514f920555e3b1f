"""F9: PostgreSQL crashes again and again, and recovers, under load."""

from __future__ import annotations

import signal
import time

from tests.chaos.posting import Clients
from tests.chaos.world import World, reconnected

# How soon callers are answered again, once PostgreSQL is back.
_BACK_SECONDS = 10.0
_BUSY = {"503 with Retry-After"}


def restarted(
    world: World, *, restarts: int = 10, every_seconds: float = 8, rate: float = 25
) -> None:
    """F9. Stopped at once, without a word to anybody, and started again."""
    assert world.postgres is not None, "this fault needs a server that it may kill"
    world.furnish()
    port, _web = world.web(wait=False)
    world.workers(2)
    world.serving(port)
    world.stage.beat()
    clients = Clients(world, [port])
    clients.pace(rate)
    slowest = 0.0
    for _ in range(restarts):
        time.sleep(world.dice.uniform(0.5, 1.5) * every_seconds / 2)
        world.postgres.stop(signal.SIGQUIT)
        world.postgres.start()
        began = time.monotonic()
        clients.have_answers(clients.answered + 1)
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(every_seconds / 2)
    clients.finish()
    reconnected(world.drain)
    world.notes["slowest_return_s"] = round(slowest, 1)
    world.claim(slowest <= _BACK_SECONDS, f"it took {slowest:.1f} s to answer again")
    others = {told: n for told, n in clients.refusals.items() if told not in _BUSY}
    world.claim(not others, f"callers were answered {others}")
