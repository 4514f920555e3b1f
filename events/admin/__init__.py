"""The admin's pages of the cascade's stored layers, and its start page."""

from events.admin import defaults

__all__ = ["defaults"]
