"""The admin's pages of accounts, senders and services."""

from providers.admin import accounts, senders, services
from providers.channels.base import channels
from tenants.admin.choices import name_channels

__all__ = ["accounts", "senders", "services"]

name_channels({one.lane: one.label for one in channels()})
