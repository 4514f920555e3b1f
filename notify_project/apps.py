"""The kit as a Django app: it owns the queue's leases and the commands."""

from django.apps import AppConfig
from django.core.signals import request_finished


class NotifyProjectConfig(AppConfig):
    """Settings, wiring, and what every app stands on."""

    name = "notify_project"
    verbose_name = "Notify"

    def ready(self) -> None:
        # Models exist only now. Importing the tasks connects the bell to the broker.
        from notify_project import checks, tasks  # noqa: F401, PLC0415
        from notify_project.observability import metrics  # noqa: PLC0415

        request_finished.connect(metrics.flush_after_request, dispatch_uid="metrics")
