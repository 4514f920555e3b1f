"""Messages a second through queue and worker, and through a bare loop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from delivery.models import Message
from notify_project.db import clock
from tests.bench.customer import Customer, make_due, open_for_business
from tests.bench.ground import Ground, Stub, forget_all, waiting
from tests.faults.processes import until

IN_FLIGHT = 16
DELAY_MS = 50
KINDS = {"sms": "texts", "email": "mail"}
_PATIENCE_SECONDS = 180.0
_WARM = 32  # sent before anything is measured: modules load with the first message


@dataclass(frozen=True)
class Speed:
    """Messages a second, of one round."""

    ours: float
    bare: float


def measure(
    ground: Ground, channel: str, *, count: int, delay_ms: int = DELAY_MS
) -> Speed:
    """One round: the bare loop, then a worker that finds as many messages due."""
    with ground.stub(delay_ms) as stub:
        bare = _bare(ground, channel, stub, count)
        ours = send_queued(ground, channel, stub, count)
    return Speed(ours, bare)


def _bare(ground: Ground, channel: str, stub: Stub, count: int) -> float:
    kind = KINDS[channel]
    words = ["-m", "tests.bench.bare_loop", kind, str(getattr(stub, kind))]
    told = ground.report("bare-loop", *words, str(count), str(IN_FLIGHT))
    return count / float(told["seconds"])


def send_queued(ground: Ground, channel: str, stub: Stub, count: int) -> float:
    """From the moment that all are due until the last one's outcome is stored.

    Both by the database's clock. The worker has sent before, and it is alone: no web
    process and no beat take its processor's time.
    """
    forget_all()
    customer = open_for_business(stub)
    with ground.worker():
        _send(customer, channel, min(count, _WARM))
        stub.arrivals()
        begun = _send(customer, channel, count)
    sent = Message.across_tenants().filter(state="sent")
    ended = sent.aggregate(at=Max("finished_at"))["at"]
    arrived = len(stub.arrivals())
    if arrived != count:
        raise RuntimeError(f"{arrived} of {count} messages have arrived.")
    seconds: float = (ended - begun).total_seconds()
    return count / seconds


def _send(customer: Customer, channel: str, count: int) -> datetime:
    """Queue so many, and wait until they are sent; since when they were due."""
    customer.queue(channel, count)
    make_due(channel)
    begun = clock.now()
    if not until(lambda: not waiting(), _PATIENCE_SECONDS):
        raise RuntimeError(f"{waiting()} of {count} messages still wait.")
    return begun
