"""The app that tells tenants what happened."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class CallbacksConfig(AppConfig):
    """Tells the queue who pumps the lane of callbacks."""

    name = "callbacks"
    verbose_name = _("Callbacks")

    def ready(self) -> None:
        # Models exist only now, so these cannot be imported at the top.
        from callbacks import (  # noqa: PLC0415
            expunging,
            forgetting,
            measuring,  # noqa: F401 - it registers what it measures
            removing,
            repeating,
            sending,
        )
        from notify_project.queue import pumps  # noqa: PLC0415

        pumps.register([settings.CALLBACKS_LANE], sending.pump)
        pumps.register_sweep("callbacks", sending.take_up_lapsed)
        pumps.register_sweep("callbacks.recoveries", repeating.go_on)
        pumps.register_sweep("callbacks.expungings", expunging.go_on)
        pumps.register_sweep("callbacks.removals", removing.go_on)
        pumps.register_waiting("callbacks", sending.due_lanes)
        pumps.register_chore(
            "callbacks",
            forgetting.forget_old,
            every_seconds=forgetting.EVERY_SECONDS,
        )
