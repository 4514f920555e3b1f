"""The admin's pages of accounts and senders."""

from providers.admin import accounts, senders

__all__ = ["accounts", "senders"]
