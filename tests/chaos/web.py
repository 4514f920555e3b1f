"""F1 and F8: the web process is killed, and everything is deployed anew, under load."""

from __future__ import annotations

import os
import signal
import time

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


def rolled(world: World, *, restarts: int = 10, rate: float = 40) -> None:
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
        slowest = max(slowest, _stopped(world, webs[turn][1]))
        webs[turn] = world.web(webs[turn][0], wait=False)
        slowest = max(slowest, _stopped(world, crew[turn]))
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


def _stopped(world: World, process: Process) -> float:
    began = time.monotonic()
    code = process.stop(_DRAIN_SECONDS)
    world.claim(code == 0, f"a process that was to stop ended with {code}")
    return time.monotonic() - began
