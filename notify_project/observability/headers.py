"""The headers that tell a browser what our pages may do, on every response.

Own code, since Django 5.2 has no Content-Security-Policy (6.0 has) and django-csp
would bring a dependency and a settings dialect for one string that varies by path.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The admin's interface ships Alpine's evaluating build and writes style attributes;
# what its frames show brings a policy of its own (framed.py).
ADMIN_PATH = "/admin/"

_COMMON = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'{script}; "
    "style-src 'self' {style}; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), "
        "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
        "payment=(), usb=()"
    ),
}


class SecurityHeadersMiddleware:
    """Sets the headers that a view has not set itself; gives `request.csp_nonce`.

    A page's own `<script>` or `<style>` carries `nonce="{{ request.csp_nonce }}"`.
    Stands above SecurityMiddleware and WhiteNoise, so that errors, redirects and
    static files have the headers too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        admin = request.path.startswith(ADMIN_PATH)
        response.headers.setdefault("Content-Security-Policy", policy(nonce, admin))
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        return response


def policy(nonce: str, admin: bool) -> str:
    """The Content-Security-Policy of one response."""
    return _COMMON.format(
        nonce=nonce,
        script=" 'unsafe-eval'" if admin else "",
        style="'unsafe-inline'" if admin else f"'nonce-{nonce}'",
    )
