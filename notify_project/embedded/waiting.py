"""Where a part that was started early waits until the database is prepared."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

# Set for parts of `make run` alone; elsewhere nobody waits.
VARIABLE = "NOTIFY_GATE"


def wait_at_the_gate(meanwhile: Callable[[], object]) -> None:
    """Return as soon as the gate is there; `meanwhile` may raise to end the wait."""
    gate = os.environ.get(VARIABLE, "")
    while gate and not Path(gate).exists():
        meanwhile()
        time.sleep(0.02)
