"""Workers that compose for many are killed; everybody gets one message."""

from __future__ import annotations

from tests.chaos import crowds
from tests.chaos.oracle import audit
from tests.faults.commits import slow_inserts


def test_workers_that_compose_are_killed(world):
    """`make chaos` F22, small: each chunk takes a second, so that it is struck."""
    with slow_inserts("delivery_message", seconds=1):
        crowds.killed(
            world,
            people=3000,
            every_seconds=1.0,
            kills=4,
            crew=2,
            lease_seconds=3,
        )

    found = audit(world)
    assert found.clean, f"{found}\n{world.stage.logs()}"
    assert found.accepted == 3000
