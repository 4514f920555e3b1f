"""The admin's pages of what was sent, of how much, and of what people answered."""

from delivery.admin import notifications, received_texts, reports

__all__ = ["notifications", "received_texts", "reports"]
