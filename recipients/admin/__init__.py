"""The admin's pages of groups, lists, subscriptions and the suppression list; and of
a tenant, with its safe list."""

from recipients.admin import groups, lists, subscriptions, suppressions, tenants

__all__ = ["groups", "lists", "subscriptions", "suppressions", "tenants"]
