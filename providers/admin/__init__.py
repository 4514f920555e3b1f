"""The admin's pages of accounts, senders and services."""

from providers.admin import accounts, senders, services

__all__ = ["accounts", "senders", "services"]
