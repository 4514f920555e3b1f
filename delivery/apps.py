"""The app that sends plans and knows what became of each message."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """Tells the queue who pumps, and callbacks which messages a notification has."""

    name = "delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        # Models exist only now, so these cannot be imported at the top.
        from callbacks import searching as of_callbacks  # noqa: PLC0415
        from delivery import searching  # noqa: PLC0415

        of_callbacks.register(searching.messages_of)
        _tell_the_queue()


def _tell_the_queue() -> None:
    # Here for the same reason.
    from delivery import (  # noqa: PLC0415
        applying,
        counting,
        expanding,
        incoming,
        making,
        rebalancing,
        retention,
        sending,
        sweeping,
    )
    from delivery.health import check_queue  # noqa: PLC0415
    from notify_project.observability import health  # noqa: PLC0415
    from notify_project.queue import pumps  # noqa: PLC0415
    from providers import breaker, weights  # noqa: PLC0415

    pumps.register(settings.SENDING_LANES, sending.pump)
    pumps.register([settings.DOCUMENTS_LANE], making.pump)
    pumps.register([settings.JOBS_LANE], expanding.pump)
    pumps.register([settings.RECEIPTS_LANE], applying.pump)
    pumps.register_sweep("delivery.incoming", incoming.take_up_lapsed)
    pumps.register_waiting("incoming", incoming.due_lanes)
    pumps.register_sweep("delivery.chunks", expanding.take_up_lapsed)
    pumps.register_waiting("chunks", expanding.due_lanes)
    for step in sweeping.STEPS:
        pumps.register_sweep(f"delivery.{step.__name__}", step)
    pumps.register_waiting("delivery", sweeping.due_lanes)
    for name, chore, seconds in (
        ("reporting", counting.recount, counting.EVERY_SECONDS),
        ("retention", retention.forget_old, retention.EVERY_SECONDS),
        ("receipts", incoming.forget_old, retention.EVERY_SECONDS),
        ("balancing", rebalancing.rebalance, rebalancing.EVERY_SECONDS),
        ("old_points", weights.forget_old, retention.EVERY_SECONDS),
        ("old_outages", breaker.forget_old, retention.EVERY_SECONDS),
    ):
        pumps.register_chore(name, chore, every_seconds=seconds)
    health.register("queue", check_queue)
