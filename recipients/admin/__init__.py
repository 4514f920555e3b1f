"""The admin's pages of groups."""

from recipients.admin import groups

__all__ = ["groups"]
