"""The app that knows groups and their members."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecipientsConfig(AppConfig):
    """People under a name."""

    name = "recipients"
    verbose_name = _("Recipients")
