"""The app that sends plans and knows what became of each message."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """Tells the queue who pumps the channels' lanes."""

    name = "delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        # Models exist only now, so these cannot be imported at the top.
        from delivery import (  # noqa: PLC0415
            counting,
            expanding,
            making,
            retention,
            sending,
            sweeping,
        )
        from delivery.health import check_queue  # noqa: PLC0415
        from notify_project.observability import health  # noqa: PLC0415
        from notify_project.queue import pumps  # noqa: PLC0415

        pumps.register(settings.SENDING_LANES, sending.pump)
        pumps.register([settings.DOCUMENTS_LANE], making.pump)
        pumps.register([settings.JOBS_LANE], expanding.pump)
        pumps.register_sweep("delivery.chunks", expanding.take_up_lapsed)
        pumps.register_waiting("chunks", expanding.due_lanes)
        for step in sweeping.STEPS:
            pumps.register_sweep(f"delivery.{step.__name__}", step)
        pumps.register_waiting("delivery", sweeping.due_lanes)
        pumps.register_chore(
            "reporting", counting.recount, every_seconds=counting.EVERY_SECONDS
        )
        pumps.register_chore(
            "retention", retention.forget_old, every_seconds=retention.EVERY_SECONDS
        )
        health.register("queue", check_queue)
