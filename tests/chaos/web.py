"""F1 and F8: the web process is killed, and everything is deployed anew, under load."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from delivery.models import LedgerEntry
from tests.chaos.posting import Clients
from tests.chaos.world import World
from tests.faults.processes import Process

_DRAIN_SECONDS = 40.0


def killed(world: World, *, posts: int = 2000, kills: int = 15) -> None:
    """F1. Kill -9 of the web process, so many times, spread over so many posts."""
    world.furnish()
    port, web = world.web(wait=False)
    world.workers(1)
    world.serving(port)
    clients = Clients(world, [port])
    clients.flood(posts)
    for kill in range(1, kills + 1):
        clients.have_answers(kill * posts // (kills + 1))
        time.sleep(world.dice.uniform(0, 0.05))
        if world.dice.random() < 0.3:
            os.kill(world.dice.choice(web.children()), signal.SIGKILL)
        else:
            web.kill()
            _port, web = world.web(port)
    clients.finish()
    world.drain()


def rolled(world: World, *, restarts: int = 10, rate: float = 25) -> None:
    """F8. Each process is stopped as a deployment does, and another one started."""
    world.furnish()
    webs = [world.web(wait=False) for _ in range(2)]
    beat = world.stage.beat()
    crew = world.workers(2)
    world.serving(*(port for port, _ in webs))
    clients = Clients(world, [port for port, _ in webs])
    clients.pace(rate)
    slowest = 0.0
    for restart in range(restarts):
        time.sleep(1)
        turn = restart % 2
        slowest = max(slowest, _stopped(world, webs[turn][1], crew[turn]))
        webs[turn] = world.web(webs[turn][0], wait=False)
        crew[turn : turn + 1] = world.workers(1)
        world.serving(webs[turn][0])
    _stopped(world, beat)
    world.stage.beat()
    clients.finish()
    world.drain()
    world.notes["slowest_stop_s"] = round(slowest, 1)
    doubts = LedgerEntry.across_tenants().filter(became="unknown").count()
    world.claim(not doubts, f"{doubts} outcomes are unknown after orderly stops")
    errors = [told for told in clients.refusals if told.isdigit()]
    world.claim(not errors, f"callers were answered {errors}")


def _stopped(world: World, *processes: Process) -> float:
    """Stop them at the same time; how many seconds the slowest took."""
    began = time.monotonic()
    with ThreadPoolExecutor() as threads:
        codes = list(threads.map(lambda one: one.stop(_DRAIN_SECONDS), processes))
    well = not any(codes)
    world.claim(well, f"processes that were to stop ended with {codes}")
    return time.monotonic() - began
