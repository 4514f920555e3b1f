"""Who is calling, and what is theirs, as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_AN_HOUR_SECONDS = 3600.0


class TenantsConfig(AppConfig):
    """Tenants, their people, keys and the record of what was changed."""

    name = "tenants"
    verbose_name = _("Tenants")

    def ready(self) -> None:
        # Models exist only now, so this cannot be imported at the top.
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415

        from notify_project.queue import pumps  # noqa: PLC0415
        from tenants import login_failures, refusals, sessions  # noqa: PLC0415

        user_logged_in.connect(sessions.begin, dispatch_uid="tenants.sessions")
        pumps.register_chore(
            "log-ins", login_failures.forget_old, every_seconds=_AN_HOUR_SECONDS
        )
        pumps.register_chore(
            "refused calls", refusals.forget_old, every_seconds=refusals.EVERY_SECONDS
        )
