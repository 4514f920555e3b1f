"""A peer that people use for the same job: the same mails from its own queue."""

from __future__ import annotations

from tests.bench.deliver import DELAY_MS, send_queued
from tests.bench.ground import Ground, Stub

DATABASE = "peer"
POST_OFFICE = {"DJANGO_SETTINGS_MODULE": "tests.bench.peer_settings"}


def prepare(ground: Ground) -> dict[str, str]:
    """A database of its own on the same server; the environment of its process."""
    environment = {**POST_OFFICE, "DATABASE_URL": ground.another_database(DATABASE)}
    ground.migrate(**environment)
    return environment


def measure(
    ground: Ground, peer: dict[str, str], *, count: int, delay_ms: int = DELAY_MS
) -> tuple[float, float]:
    """Mails a second from the queue, ours and django-post_office's; one round."""
    with ground.stub(delay_ms) as stub:
        return send_queued(ground, "email", stub, count), theirs(
            ground, peer, stub, count
        )


def theirs(ground: Ground, peer: dict[str, str], stub: Stub, count: int) -> float:
    """From a full queue until the last outcome is stored, in one process."""
    port = {"BENCH_MAIL_PORT": str(stub.mail)}
    told = ground.report("peer", "-m", "tests.bench.peer", str(count), **peer, **port)
    arrived = len(stub.arrivals())
    if arrived != count:
        raise RuntimeError(f"{arrived} of {count} mails have arrived.")
    return count / float(told["seconds"])
