"""The pages of event types, of the stored layers and of erasures; the start page."""

from events.admin import defaults, erasures, event_types

__all__ = ["defaults", "erasures", "event_types"]
