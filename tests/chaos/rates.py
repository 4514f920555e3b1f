"""F23: an account with a rate, and several workers that would all be faster."""

from __future__ import annotations

from bisect import bisect_left

from delivery.models import Message
from notify_project.queue.models import OPEN
from providers.models import Account
from tests.chaos.handing_in import HandingIn
from tests.chaos.world import World, calls_of
from tests.faults.processes import until

# Amazon SES takes so many a second at first.
RATE = 14.0
MOST, MEAN = 15, 13.5  # in any one second; a second, over all


def limited(world: World, *, seconds: float = 20.0, crew: int = 4) -> None:
    """F23. Several workers share a rate: all of it is used, and never more."""
    world.furnish()
    # As in production: what each keeps in hand for a second waits for four.
    world.stage.environment["LEASE_SECONDS"] = "60"
    Account.for_tenant(world.tenant).filter(name="hook").update(rate_per_second=RATE)
    world.workers(crew)
    handed_in = HandingIn(world)
    handed_in.up_to(round(RATE * seconds), [("hook", "msgApp", "retry_once")])
    waiting = Message.across_tenants().filter(state__in=OPEN)
    until(lambda: not waiting.exists(), 1.2 * seconds + 60)
    world.notes.update(seconds_at_the_rate=seconds, workers=crew)
    _judge(world, sorted(call["at"] for call in calls_of(world.log)))


def _judge(world: World, times: list[float]) -> None:
    """By the moments at which the provider was called."""
    most = max(
        bisect_left(times, begins + 1.0) - nth for nth, begins in enumerate(times)
    )
    mean = (len(times) - 1) / (times[-1] - times[0])
    world.notes.update(most_in_a_second=most, mean_per_second=round(mean, 2))
    world.claim(most <= MOST, f"{most} calls in one second")
    world.claim(mean >= MEAN, f"only {mean:.1f} calls a second")
