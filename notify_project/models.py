"""The kit's own rows."""

from notify_project.observability.models import MetricTotal
from notify_project.queue.models import Lease

__all__ = ["Lease", "MetricTotal"]
