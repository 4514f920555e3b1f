"""F22: a notification to 100,000 people, of whom some have no address, while workers
that compose it are killed."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from delivery import changing
from delivery.models import Chunk, Message, Notification, Recipient
from delivery.models.fan_out import DONE
from delivery.states import Status
from tests.chaos.world import World
from tests.delivery.accepted import accepted
from tests.delivery.crowd import plan_to
from tests.faults.processes import Process, until

ALLOWED_MB = 400
ACCEPT_SECONDS = 5.0
_FAR = datetime(2099, 1, 1, tzinfo=UTC)


def killed(
    world: World,
    *,
    people: int = 100_000,
    bad: float = 0.01,
    every_seconds: float = 2.0,
    kills: int = 1000,
    crew: int = 3,
    lease_seconds: int = 10,
) -> None:
    """F22. Kill -9 of a worker every 2 s until everybody has a message."""
    world.furnish()
    world.stage.environment["LEASE_SECONDS"] = str(lease_seconds)
    world.stage.environment["SWEEP_SECONDS"] = "1"
    unusable = round(people * bad)
    notification = _handed_in(world, people, unusable)
    workers = world.workers(crew)
    peak, turn = 0, 0
    while not _composed():
        time.sleep(every_seconds)
        alive = world.alive(workers)
        peak = max([peak, *map(_peak_mb, alive)])
        turn += 1
        if turn > kills or not alive:
            continue
        victim = world.dice.choice(alive)
        victim.kill()
        workers[workers.index(victim)] = world.worker()
        assert until(lambda: len(world.alive(workers)) > 0, 60), world.stage.logs()
    world.notes.update(kills=min(turn, kills), worker_mb=peak)
    world.claim(peak < ALLOWED_MB, f"a worker held {peak} MB")
    _judge(world, notification, people - unusable, unusable)


def _handed_in(world: World, people: int, unusable: int) -> Notification:
    """As accepting does it, at once; it is due when nobody here lives any more, so
    that no mail leaves."""
    addresses = [f"person{number}@example.org" for number in range(people)]
    for number in world.dice.sample(range(people), unusable):
        addresses[number] = f"no address {number}"
    plan = plan_to(world.tenant, *addresses, due_at=_FAR)
    began = time.monotonic()
    made = accepted(world.tenant, plan)
    seconds = time.monotonic() - began
    world.notes["accept_s"] = round(seconds, 2)
    world.claim(seconds < ACCEPT_SECONDS, f"accepting took {seconds:.1f} s")
    return made


def _judge(world: World, made: Notification, good: int, bad: int) -> None:
    """Exactly one message each; then all of it is cancelled."""
    rows = Message.for_tenant(world.tenant).filter(notification=made)
    found = {
        "messages": rows.filter(state=Status.QUEUED).count(),
        "row errors": rows.filter(state=Status.FAILED).count(),
        "people": _different(made),
    }
    wanted = {"messages": good, "row errors": bad, "people": good + bad}
    world.notes.update(found)
    world.claim(found == wanted, f"{found} instead of {wanted}")
    began = time.monotonic()
    counts = changing.cancel(made)
    world.notes["cancel_s"] = round(time.monotonic() - began, 1)
    world.claim(counts.changed == good, f"{counts.changed} of {good} were cancelled")


def _different(made: Notification) -> int:
    rows = Recipient.for_tenant(made.tenant_id).filter(message__notification=made)
    return rows.values("address_hash").distinct().count()


def _composed() -> bool:
    return not Chunk.across_tenants().exclude(state=DONE).exists()


def _peak_mb(process: Process) -> int:
    """The most that it ever had in memory, as the kernel counts it."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0  # it has just gone
    return int(status.partition("VmHWM:")[2].split()[0]) // 1000
