"""Endpoints, what they are told, and what is done to ranges of it."""

from callbacks.models.callback import (
    DEAD,
    DELIVERED,
    ENDED,
    FAILED,
    NOT_TOLD,
    Callback,
    CallbackAttempt,
)
from callbacks.models.endpoint import LISTENING, Endpoint
from callbacks.models.expunging import Expunging
from callbacks.models.recovery import Recovery
from callbacks.models.retry_schedule import RetrySchedule

__all__ = [
    "DEAD",
    "DELIVERED",
    "ENDED",
    "FAILED",
    "LISTENING",
    "NOT_TOLD",
    "Callback",
    "CallbackAttempt",
    "Endpoint",
    "Expunging",
    "Recovery",
    "RetrySchedule",
]
