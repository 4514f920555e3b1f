"""The processes of an embedded installation, as a table: how to start and stop each."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from notify_project.embedded import broker, waiting
from notify_project.embedded.place import Place, gate

# Deliveries in flight at the stop get this long; then leases take over.
WORKER_GRACE_SECONDS = 35
# Gunicorn gives requests its own, shorter time.
WEB_GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One process: its command, and how long it may take to end after SIGTERM.

    An `early` part may start while the database is still being prepared.
    """

    name: str
    command: Sequence[str]
    grace_seconds: float = 5
    early: bool = False
    stop_signal: signal.Signals = signal.SIGTERM
    environment: Mapping[str, str] = field(default_factory=dict)


def broker_address(place: Place) -> str:
    """BROKER_URL for the parts: the given one, our Valkey, or files."""
    if place.broker_url:
        return place.broker_url
    return broker.url(place.var / "broker") if broker.binary() else "filesystem://"


def environment(place: Place) -> dict[str, str]:
    """What all parts are told beside the environment that they inherit."""
    return {
        "EMBEDDED": "true",
        "VAR_DIR": str(place.var),
        "PORT": str(place.port),
        "MAILBOX_DIR": str(place.mailbox),
        "MAILBOX_PORT": str(place.mailbox_port),
        "BROKER_URL": broker_address(place),
        "DJANGO_SETTINGS_MODULE": "notify_project.settings",
        # Each thread would take an arena of its own: a fifth more memory, no speed.
        "MALLOC_ARENA_MAX": "2",
    }


def table(place: Place) -> list[Part]:
    """The parts in the order of their start; they stop in the order of stop_order()."""
    rows = [_mailbox(place), _web(), _worker(place.var), _beat(place.var)]
    server = broker.binary()
    if server is not None and not place.broker_url:
        words = broker.command(server, place.var / "broker", durable=True)
        rows.insert(0, Part("broker", words, early=True))
    return rows


def stop_order(parts: Sequence[Part]) -> list[Part]:
    """Who asks first, who serves last: no request and no outcome falls between."""
    order = ("web", "beat", "worker", "broker", "mailbox")
    return sorted(parts, key=lambda part: order.index(part.name))


def _mailbox(place: Place) -> Part:
    module = "notify_project.embedded.mailbox"
    options = ["--folder", str(place.mailbox), "--port", str(place.mailbox_port)]
    return Part("mailbox", [sys.executable, "-m", module, *options], early=True)


def _web() -> Part:
    config = "python:notify_project.embedded.web"
    words = ["-m", "gunicorn", "notify_project.wsgi", "--config", config]
    return Part(
        "web",
        [sys.executable, *words],
        grace_seconds=WEB_GRACE_SECONDS,
        early=True,  # web.py waits for the gate
    )


def _worker(var: Path) -> Part:
    return Part(
        "worker",
        [
            *(sys.executable, "-m", "celery", "-A", "notify_project", "worker"),
            *("-P", "threads", "--loglevel", "INFO"),
            # It is alone: nobody to gossip with, nobody to wait for.
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        grace_seconds=WORKER_GRACE_SECONDS,
        early=True,  # it loads, and waits for the gate
        environment={waiting.VARIABLE: str(gate(var))},
    )


def _beat(var: Path) -> Part:
    return Part(
        "beat",
        [
            *(sys.executable, "-m", "celery", "-A", "notify_project", "beat"),
            *("--loglevel", "INFO", "--pidfile="),
            *("--schedule", str(var / "beat")),
        ],
    )
