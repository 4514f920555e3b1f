"""The admin's pages of groups and of the suppression list."""

from recipients.admin import groups, suppressions

__all__ = ["groups", "suppressions"]
