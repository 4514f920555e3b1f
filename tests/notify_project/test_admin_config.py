"""Django's admin is configured with our site."""

from __future__ import annotations

from django.apps import apps
from django.contrib import admin

from notify_project.admin_config import NotifyAdminConfig
from notify_project.admin_site import NotifyAdminSite


def test_the_admin_app_is_ours_and_names_our_site():
    assert isinstance(apps.get_app_config("admin"), NotifyAdminConfig)
    assert admin.site.__class__ is NotifyAdminSite
