"""The admin's pages of endpoints, and of what they were told."""

from callbacks.admin import callbacks, endpoints

__all__ = ["callbacks", "endpoints"]
