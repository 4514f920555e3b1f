"""The app that keeps wording by version and renders it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TemplatesAppConfig(AppConfig):
    """Templates of tenants; not to be confused with Django's own template files."""

    name = "templates_app"
    verbose_name = _("Templates")
