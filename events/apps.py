"""The app that decides what should be sent, to whom and how."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """The cascade, and everything that accepts a request."""

    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        # Models exist only now, so these cannot be imported at the top.
        from events import (  # noqa: PLC0415
            erasing,
            forgetting,
            keys,
            notices,
            watching,
        )
        from notify_project.queue import pumps  # noqa: PLC0415
        from templates_app import uses, using  # noqa: PLC0415
        from tenants import replaying  # noqa: PLC0415

        replaying.register(keys.once)
        using.register(watching.troubles)
        uses.register(watching.uses_of)
        pumps.register_sweep("notices", notices.tell_open)
        pumps.register_chore(
            "forgetting",
            forgetting.forget_expired,
            every_seconds=forgetting.EVERY_SECONDS,
        )
        pumps.register_chore(
            "erasing", erasing.carry_on_all, every_seconds=erasing.EVERY_SECONDS
        )
