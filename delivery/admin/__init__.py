"""The admin's pages of what was sent."""

from delivery.admin import notifications

__all__ = ["notifications"]
