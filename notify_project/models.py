"""The kit's own rows."""

from notify_project.queue.models import Lease

__all__ = ["Lease"]
