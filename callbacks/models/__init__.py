"""Endpoint, Callback, CallbackAttempt, Recovery and RetrySchedule."""

from callbacks.models.callback import (
    DEAD,
    DELIVERED,
    FAILED,
    Callback,
    CallbackAttempt,
)
from callbacks.models.endpoint import LISTENING, Endpoint
from callbacks.models.recovery import Recovery
from callbacks.models.retry_schedule import RetrySchedule

__all__ = [
    "DEAD",
    "DELIVERED",
    "FAILED",
    "LISTENING",
    "Callback",
    "CallbackAttempt",
    "Endpoint",
    "Recovery",
    "RetrySchedule",
]
