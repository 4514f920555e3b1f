"""HTML of somebody else's making, shown in a frame that can do nothing."""

from __future__ import annotations

from django.http import HttpResponse

# No script, no form, no request to anybody; images only if they are in the mail.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
)


def framed_html(html: str) -> HttpResponse:
    """For `<iframe sandbox>`: even opened alone it runs and loads nothing."""
    answer = HttpResponse(html, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cache-Control"] = "no-store"
    return answer
