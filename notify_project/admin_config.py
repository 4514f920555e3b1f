"""Django's admin as an app, with our site as admin.site.

Apart from apps.py: two default configurations in one module would be ambiguous.
"""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class NotifyAdminConfig(AdminConfig):
    """Named in INSTALLED_APPS instead of django.contrib.admin."""

    default_site = "notify_project.admin_site.NotifyAdminSite"
