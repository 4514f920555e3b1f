"""The app that knows groups and their members, lists and their subscribers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecipientsConfig(AppConfig):
    """People under a name."""

    name = "recipients"
    verbose_name = _("Recipients")

    def ready(self) -> None:
        # Models exist only now, so these cannot be imported at the top.
        from notify_project.queue import pumps  # noqa: PLC0415
        from recipients import subscribing  # noqa: PLC0415

        pumps.register_chore(
            "unanswered subscriptions",
            subscribing.forget_unanswered,
            every_seconds=subscribing.FORGET_EVERY_SECONDS,
        )
