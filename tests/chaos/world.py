"""One installation that is going to be hurt: its processes, its tenant, its outside."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from delivery.models import Message, Notification
from delivery.states import OPEN_OVERALL
from notify_project.queue.models import CLAIMED, OPEN, SENDING, Lease
from providers.models import Account, Sender
from tenants import keys
from tenants.callers import ALL_SCOPES
from tenants.models import Tenant
from tests.faults.processes import Broker, Process, Stage, free_port, serves, until
from tests.servers import Postgres

TWILIO = "AC" + "0" * 32
SENDER = "notify@example.org"
# What every process of these runs is told: limits that no load of ours reaches.
ENVIRONMENT = {"REQUESTS_PER_MINUTE_LIVE": "1000000", "WEB_PROCESSES": "2"}
_UP_SECONDS = 60.0


@dataclass
class World:
    """`words` are all messages that were handed in, with the id answered for each."""

    stage: Stage
    seed: int
    broker: Broker | None = None
    postgres: Postgres | None = None
    # The seconds after which what is still open counts as stuck.
    patience_seconds: float = 180.0
    web_workers: int = 2
    words: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.log = self.stage.folder / "calls.log"
        self.tenant: Tenant
        self.key = ""

    def furnish(self, *, table: str = "kind", delay_seconds: float = 0.02) -> None:
        """A provider outside, and a tenant with an account for each way to it."""
        web, mail = self._outside(table, delay_seconds)
        self.tenant = Tenant(name="Chaos", slug="chaos")
        self.tenant.save()
        _row, self.key = keys.issue(self.tenant, name="Chaos", scopes=ALL_SCOPES)
        Sender(
            tenant=self.tenant,
            channel="email",
            address=SENDER,
            is_default=True,
            verified_at=timezone.now(),
        ).save()
        address = f"http://127.0.0.1:{web}"
        self._account("email", "email.smtp", "mail", _mail(mail))
        self._account("sms", "sms.twilio", "phone", _phone(address))
        self._account("msgApp", "msgapp.webhook", "hook", {"url": f"{address}/hook"})
        self._account("msgApp", "msgapp.slack", "room", {"url": f"{address}/room"})

    def _outside(self, table: str, delay_seconds: float) -> list[int]:
        ports = self.stage.folder / "ports.json"
        order = {
            "log": str(self.log),
            "ports": str(ports),
            "seed": self.seed,
            "table": table,
            "delay_seconds": delay_seconds,
        }
        self.stage.run("tests.chaos.provider", json.dumps(order))
        assert until(ports.exists, _UP_SECONDS), self.stage.logs()
        found: list[int] = json.loads(ports.read_text())
        return found

    def _account(
        self, channel: str, provider: str, name: str, config: dict[str, Any]
    ) -> None:
        Account(
            tenant=self.tenant,
            channel=channel,
            provider=provider,
            name=name,
            config=config,
        ).save()

    def web(self, port: int | None = None, *, wait: bool = True) -> tuple[int, Process]:
        """A web process that answers; without waiting, one that soon will."""
        port = port or free_port()
        process = self.stage.web(port, workers=self.web_workers, **ENVIRONMENT)
        if wait:
            self.serving(port)
        return port, process

    def serving(self, *ports: int) -> None:
        """Wait until these web processes answer."""
        for port in ports:
            assert until(partial(serves, port), _UP_SECONDS), self.stage.logs()

    def worker(self, **environment: str) -> Process:
        """A worker; see `alive` for whether it is up."""
        return self.stage.worker(**ENVIRONMENT, **environment)

    def workers(self, count: int, **environment: str) -> list[Process]:
        """So many workers, all of them up."""
        crew = [self.worker(**environment) for _ in range(count)]
        assert until(lambda: len(self.alive(crew)) == count, _UP_SECONDS)
        return crew

    def alive(self, crew: list[Process]) -> list[Process]:
        """Those that have shown a sign of life."""
        leases = Lease.objects.filter(name__startswith="worker:", until__gt=Now())
        holders = leases.values_list("holder", flat=True)
        pids = {int(holder.split(":")[-2]) for holder in holders}
        return [one for one in crew if one.pid in pids and one.running]

    def claim(self, holds: bool, sentence: str) -> None:
        """What must be so besides the books; a breach goes into the report."""
        if not holds:
            self.broken.append(sentence)

    def drain(self) -> None:
        """Wait until everything has ended, skipping the times that one would wait.

        Waits are cut short only while nobody is calling anybody: as if a minute had
        passed in which nothing happened.
        """
        give_up_at = time.monotonic() + self.patience_seconds
        while time.monotonic() < give_up_at:
            if not (_open_messages() or _open_notifications()):
                return
            if not _open_messages(CLAIMED, SENDING):
                self._skip_waits()
            time.sleep(0.5)

    def _skip_waits(self) -> None:
        waiting = Message.across_tenants().filter(state__in=OPEN, due_at__gt=Now())
        waiting.update(due_at=Now())
        Account.across_tenants().filter(paused_until__gt=Now()).update(
            paused_until=None
        )
        Notification.across_tenants().filter(rollup_at__gt=Now()).update(
            rollup_at=Now()
        )


def _mail(port: int) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port, "security": "none", "connections": 16}


def _phone(address: str) -> dict[str, Any]:
    return {
        "account_sid": TWILIO,
        "auth_token": "f00dcafe" * 4,
        "sender": "+16045550123",
        "api_base": address,
    }


def _open_messages(*states: str) -> int:
    return Message.across_tenants().filter(state__in=states or OPEN).count()


def _open_notifications() -> int:
    waiting = Q(status__in=OPEN_OVERALL) | Q(rollup_at__isnull=False)
    return Notification.across_tenants().filter(waiting).count()


def reconnected(step: Callable[[], Any]) -> Any:
    """A step of ours on a new connection: the database has been away."""
    connection.close()
    return step()


def calls_of(log: Path) -> list[dict[str, Any]]:
    """What the provider noted, in the order in which it came."""
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text().splitlines()]
