"""Services that know who has subscribed to what."""
