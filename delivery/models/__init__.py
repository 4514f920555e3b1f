"""The rows of what was accepted and what became of it."""

from delivery.models.attempt import Attempt
from delivery.models.content import Attachment, Content, OwnWords
from delivery.models.daily_count import DailyCount
from delivery.models.fan_out import Chunk, FanOut
from delivery.models.incoming import Incoming
from delivery.models.ledger import LedgerEntry
from delivery.models.message import Message, Recipient
from delivery.models.notification import Notification, NotificationTag
from delivery.models.received_text import ReceivedText
from delivery.models.repeat import Repeat

__all__ = [
    "Attachment",
    "Attempt",
    "Chunk",
    "Content",
    "DailyCount",
    "FanOut",
    "Incoming",
    "LedgerEntry",
    "Message",
    "Notification",
    "NotificationTag",
    "OwnWords",
    "ReceivedText",
    "Recipient",
    "Repeat",
]
