"""Sentences for the next page stand in a cookie which, as all of ours, is bound to this
host where the connection is secure; those that are too long for it, in the session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest


class OwnCookie(CookieStorage):
    """Django's own, under a name that no other host of the domain can set."""

    def __init__(self, request: HttpRequest, *args: Any, **more: Any) -> None:
        super().__init__(request, *args, **more)
        prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
        self.cookie_name = f"{prefix}notify-told"


class OwnStorage(FallbackStorage):
    """What MESSAGE_STORAGE names."""

    storage_classes = (OwnCookie, SessionStorage)
