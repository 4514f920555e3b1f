"""Account and what is known of how it does; Sender; Service."""

from providers.models.account import MOST_POINTS, POINTS, Account
from providers.models.account_use import Breaker, Outage, Pace, WeightChange
from providers.models.sender import Sender
from providers.models.service import Service

__all__ = [
    "MOST_POINTS",
    "POINTS",
    "Account",
    "Breaker",
    "Outage",
    "Pace",
    "Sender",
    "Service",
    "WeightChange",
]
