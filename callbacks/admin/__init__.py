"""The admin's pages of endpoints, of what they were told, and of when again."""

from callbacks.admin import callbacks, endpoints, retry_schedules

__all__ = ["callbacks", "endpoints", "retry_schedules"]
