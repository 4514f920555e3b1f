"""Endpoint, Callback, CallbackAttempt and Recovery."""

from callbacks.models.callback import (
    DEAD,
    DELIVERED,
    FAILED,
    Callback,
    CallbackAttempt,
)
from callbacks.models.endpoint import LISTENING, Endpoint
from callbacks.models.recovery import Recovery

__all__ = [
    "DEAD",
    "DELIVERED",
    "FAILED",
    "LISTENING",
    "Callback",
    "CallbackAttempt",
    "Endpoint",
    "Recovery",
]
