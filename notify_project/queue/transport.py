"""How each kind of broker is spoken to: a bell that cannot be rung is dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_REDIS: dict[str, Any] = {
    "visibility_timeout": 300,
    "socket_connect_timeout": 1,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "retry_on_timeout": False,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}

# What the bell's own connection has besides: Redis knows the first two, RabbitMQ the
# others. A RabbitMQ whose memory is full would confirm when it is free again.
A_SECOND: dict[str, Any] = {
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "read_timeout": 1,
    "write_timeout": 1,
}


def options(broker_url: str, folder: Path) -> dict[str, Any]:
    """Celery's transport options for the broker.

    `folder` is where the bells lie as files if no broker's wheel fits this machine.
    """
    if broker_url.startswith("filesystem:"):
        return {
            "data_folder_in": str(folder / "bells"),
            "data_folder_out": str(folder / "bells"),
            "control_folder": str(folder / "bells-control"),
            "polling_interval": 0.1,
        }
    return dict(_REDIS) if broker_url.startswith("redis") else {"confirm_publish": True}
