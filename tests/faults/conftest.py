"""A stage for real processes, on the database of the test."""

from __future__ import annotations

import asyncio
import email
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.chaos.oracle import audit
from tests.chaos.world import World
from tests.faults.processes import Broker, Stage, database_url


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that the test may break."""
    made = Broker(tmp_path / "broker")
    yield made
    made.process.kill()


@pytest.fixture
def stage(
    transactional_db: None, tmp_path: Path, own_broker: Broker
) -> Iterator[Stage]:
    made = Stage(
        tmp_path,
        {
            "DATABASE_URL": database_url(),
            "BROKER_URL": own_broker.url,
            "VAR_DIR": str(tmp_path / "var"),
        },
    )
    yield made
    made.end()


@pytest.fixture
def world(stage: Stage, own_broker: Broker) -> World:
    """What `make chaos` hurts, on the test's own database."""
    return World(stage, seed=1, broker=own_broker, patience_seconds=60, web_workers=1)


def assert_survived(world: World) -> None:
    """The audit that each fault of `make chaos` ends with."""
    found = audit(world)
    assert found.clean, f"{found}\n{world.stage.logs()}"
    assert found.arrived, "nothing arrived at all"


@dataclass
class SlowMail:
    """Takes mail on loopback, slowly, and keeps the Message-IDs."""

    port: int = 0
    delay_seconds: float = 0.0
    ids: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = email.message_from_bytes(envelope.content)
        self.ids.append(str(parsed["Message-ID"]))
        await asyncio.sleep(self.delay_seconds)
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[SlowMail]:
    server = SlowMail()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()
