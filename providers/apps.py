"""The app that knows channels and speaks to everyone else's systems."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    """Accounts and senders; the adapters are files, found by the registry."""

    name = "providers"
    verbose_name = _("Providers")
