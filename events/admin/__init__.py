"""The admin's pages of event types and of the cascade's stored layers; its start."""

from events.admin import defaults, event_types

__all__ = ["defaults", "event_types"]
