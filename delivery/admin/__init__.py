"""The admin's pages of what was sent, and of how much."""

from delivery.admin import notifications, reports

__all__ = ["notifications", "reports"]
