"""The app that knows channels and speaks to everyone else's systems."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    """Accounts, senders and services; the adapters are files, found by the registry."""

    name = "providers"
    verbose_name = _("Providers")

    def ready(self) -> None:
        # Models exist only now, so these cannot be imported at the top.
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415
        from django.db.models.signals import post_migrate  # noqa: PLC0415

        from providers import environment, registering  # noqa: PLC0415

        user_logged_in.connect(
            registering.refresh_at_login, dispatch_uid="providers.registering"
        )
        post_migrate.connect(
            environment.follow_after_migrating,
            sender=self,
            dispatch_uid="providers.environment",
        )
