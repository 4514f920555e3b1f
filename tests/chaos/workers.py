"""F6, F7 and F24: workers and beats are killed and frozen while they are at work."""

from __future__ import annotations

import signal
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q

from delivery.models import Attempt, Message
from notify_project.queue.models import Lease
from tests.chaos.handing_in import HandingIn, Way
from tests.chaos.posting import Clients
from tests.chaos.world import World
from tests.faults.commits import slow_commits, somebody_dawdles
from tests.faults.processes import Process, until

# Longer than any call: the order that must hold is call, then lease.
LEASE_SECONDS = 20
ONE_LANE: Mapping[str, Sequence[Way]] = {
    "mail": [("mail", "email", one) for one in ("retry_once", "hold", "at_most_once")],
    "hook": [("hook", "msgApp", "retry_once")],
}


def killed(
    world: World,
    *,
    messages: int = 6000,
    kills: int = 60,
    crew: int = 3,
    table: str = "cruel",
    lease_seconds: int = LEASE_SECONDS,
) -> None:
    """F6. Kill -9 of one worker after another, and a provider that is no help."""
    world.furnish(table=table)
    world.stage.environment["LEASE_SECONDS"] = str(lease_seconds)
    world.stage.environment["SWEEP_SECONDS"] = "1"
    handed_in = HandingIn(world)
    workers = world.workers(crew, LANE_CONCURRENCY="8")
    for kill in range(1, kills + 1):
        handed_in.up_to(kill * messages // kills)
        assert until(lambda: world.alive(workers), 60), world.stage.logs()
        time.sleep(world.dice.uniform(0, 0.5))
        victim = world.dice.choice(world.alive(workers))
        victim.kill()
        workers[workers.index(victim)] = world.worker(LANE_CONCURRENCY="8")
    world.drain()
    world.notes["by_policy"] = _by_policy()


def _by_policy() -> dict[str, dict[str, int]]:
    """What became of the messages, by provider and policy."""
    rows = Message.across_tenants().values("provider", "on_unknown", "state")
    found: dict[str, Any] = defaultdict(Counter)
    for row in rows.annotate(n=Count("id"), f=Count("id", Q(maybe_duplicate=True))):
        told = found[f"{row['provider']} {row['on_unknown']}"]
        told[row["state"]] += row["n"]
        told["flagged"] += row["f"]
    return {name: dict(told) for name, told in sorted(found.items())}


def frozen(
    world: World,
    *,
    rounds: Sequence[str] = ("mail", "mail", "hook", "hook"),
    each: int = 25,
    seconds: tuple[float, float] = (15.0, 75.0),
) -> None:
    """F7. Workers are frozen between their commit of `sending` and the first byte.

    A commit is made to dawdle, its worker stops in the middle of it, the commit goes
    through. Half of them come back while nothing is decided yet, half when the policy
    has long been asked; nobody may call then.
    """
    world.furnish()
    world.stage.environment["LEASE_SECONDS"] = "10"
    handed_in = HandingIn(world)
    ice: list[Process] = []
    for number, account in enumerate(rounds, 1):
        handed_in.up_to(number * each, ONE_LANE[account])
        ice.append(_frozen_in_commit(world, each))
    begun = Attempt.across_tenants().filter(outcome="").count()
    world.claim(begun >= len(rounds) * each, f"only {begun} calls were frozen")
    world.workers(1)
    began = time.monotonic()
    for when, thawing in ((seconds[0], ice[0::2]), (seconds[1], ice[1::2])):
        if thawing:
            time.sleep(max(0.0, began + when - time.monotonic()))
        for one in thawing:
            one.signal(signal.SIGCONT)
    time.sleep(2)
    world.drain()
    spared = Attempt.across_tenants().filter(outcome="not_called").count()
    world.claim(spared >= begun, f"of {begun} frozen calls only {spared} were not made")
    world.notes["by_policy"] = _by_policy()


def _frozen_in_commit(world: World, window: int) -> Process:
    """A worker that has begun so many calls in one commit, and makes none of them."""
    with slow_commits("delivery_attempt"):
        worker = world.worker(LANE_CONCURRENCY=str(window))
        assert until(somebody_dawdles, 60), world.stage.logs()
        worker.signal(signal.SIGSTOP)
        assert until(lambda: not somebody_dawdles(), 30)
    return worker


def beaten(world: World, *, seconds: float = 30, rate: float = 12) -> None:
    """F24. Two beats, of which one is killed, while workers die under both."""
    world.furnish()
    port, _web = world.web(wait=False)
    crew = world.workers(2)
    world.serving(port)
    beats = [world.stage.beat() for _ in range(2)]
    clients = Clients(world, [port])
    clients.pace(rate)
    gaps = _Gaps()
    for turn in range(6):
        gaps.watch(seconds / 6)
        if turn == 2:
            beats[0].kill()
        if turn == 4:
            beats[0] = world.stage.beat()
        # Never both at once: that is F6.
        for _half_second in range(120):
            if world.alive([crew[1 - turn % 2]]):
                break
            gaps.watch(0.5)
        crew[turn % 2].kill()
        crew[turn % 2] = world.worker()
    clients.finish()
    world.drain()
    world.claim(all(one.running for one in beats), "a beat has ended by itself")
    world.notes["longest_gap_s"] = round(gaps.longest, 1)
    world.claim(gaps.longest <= 10, f"nobody swept for {gaps.longest:.1f} s")


class _Gaps:
    """The longest time between two sweeps, by the lease that each one takes."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._changed = time.monotonic()
        self._last: object = None

    def watch(self, seconds: float) -> None:
        """Look ten times a second, for so long."""
        stop_at = time.monotonic() + seconds
        while (now := time.monotonic()) < stop_at:
            found = Lease.objects.filter(name="sweep").values_list("until", flat=True)
            if (last := found.first()) != self._last:
                self.longest = max(self.longest, now - self._changed)
                self._changed, self._last = now, last
            time.sleep(0.1)
