"""Browsers in which somebody has logged in before: guessers elsewhere cannot lock the
person out of them (login_failures.py).

A signed cookie with a number of its own; it lets nobody in.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from notify_project.db.hashing import keyed_hash

DAYS = 90
_SALT = "tenants.known_browsers"
_SECONDS = DAYS * 86_400


def cookie_name() -> str:
    """Bound to this host where the connection is secure."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}notify-known"


def known(request: HttpRequest, account: str) -> str:
    """The number of this browser, if it is known for that account; else ""."""
    text = request.COOKIES.get(cookie_name(), "")
    try:
        found = signing.loads(text, salt=_SALT, max_age=_SECONDS)
        owner, number = found
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    return str(number) if owner == _mark(account) else ""


def remember(response: HttpResponse, account: str) -> None:
    """From now on this browser is known for that account, and for no other."""
    text = signing.dumps([_mark(account), secrets.token_hex(8)], salt=_SALT)
    response.set_cookie(
        cookie_name(),
        text,
        max_age=_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mark(account: str) -> str:
    """The cookie names nobody."""
    return keyed_hash("known browser", account).hex()[:32]
