"""The admin's pages of groups, lists, subscriptions and the suppression list."""

from recipients.admin import groups, lists, subscriptions, suppressions

__all__ = ["groups", "lists", "subscriptions", "suppressions"]
