"""The pages of event types, of the stored layers and of erasures; the start page."""

from events.admin import callback_defaults, defaults, erasures, event_types, places
from tenants.admin import telling

telling.register(places.in_words)

__all__ = ["callback_defaults", "defaults", "erasures", "event_types"]
