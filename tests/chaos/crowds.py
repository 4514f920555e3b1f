"""F22: a notification to 100,000 people, of whom some have no address, while workers
that compose it are killed."""

from __future__ import annotations

import http.client
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from delivery import changing
from delivery.models import Chunk, Message, Notification, Recipient
from delivery.models.fan_out import DONE
from delivery.states import Status
from notify_project.db.hashing import address_hash
from recipients import lists
from recipients.models import Subscription
from tenants.models import Tenant
from tests.chaos.world import World
from tests.faults.processes import HOST, Process, until

ALLOWED_MB = 400
ACCEPT_SECONDS = 4.0  # for that many: 2 s for 50,000
_MANY = 100_000
LIST = "News"
_FAR = (timezone.now() + timedelta(days=300)).isoformat()


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
    """By one call over HTTP, to a list; it is due when nobody here lives any more, so
    that no mail leaves."""
    _subscribe(world, people, set(world.dice.sample(range(people), unusable)))
    port, web = world.web()
    body = {
        "recipients": {"to": [{"list": LIST}]},
        "content": {"subject": "News", "body": "Leave: {{unsubscribeUrl}}"},
        "delayedSend": _FAR,
    }
    began = time.monotonic()
    answer = _post(world, port, body)
    seconds = time.monotonic() - began
    web.stop()
    world.notes["accept_s"] = round(seconds, 2)
    if people >= _MANY:
        world.claim(seconds < ACCEPT_SECONDS, f"accepting took {seconds:.1f} s")
    return Notification.for_tenant(world.tenant).get(id=answer["notifyId"])


def _subscribe(world: World, people: int, unusable: set[int]) -> None:
    """As if all had confirmed; some rows are damaged, and no address any more."""
    Tenant.objects.filter(id=world.tenant.id).update(max_delay_days=366)
    to = lists.create(world.tenant, name=LIST)
    addresses = [
        f"no address {number}" if number in unusable else f"p{number}@example.org"
        for number in range(people)
    ]
    Subscription.across_tenants().bulk_create(
        (
            Subscription(
                tenant=world.tenant,
                list=to,
                channel="email",
                address=one,
                address_hash=address_hash(world.tenant.id, one),
                status=Subscription.Status.CONFIRMED,
                confirmed_at=timezone.now(),
            )
            for one in addresses
        ),
        batch_size=2000,
    )


def _post(world: World, port: int, body: dict[str, Any]) -> dict[str, Any]:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    headers = {"X-API-KEY": world.key, "Content-Type": "application/json"}
    connection.request("POST", "/notifysimple/email", json.dumps(body), headers)
    response = connection.getresponse()
    answer: dict[str, Any] = json.loads(response.read())
    assert response.status == 202, answer
    return answer


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
