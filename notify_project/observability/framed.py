"""What somebody else made: HTML in a frame that can do nothing, files to be saved."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# No script, no form, no request to anybody; images only if they are in the mail.
_WITHIN = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "form-action 'none'; base-uri 'none'"
)
_POLICY = f"{_WITHIN}; frame-ancestors 'self'; sandbox"


def framed_html(html: str) -> HttpResponse:
    """For `<iframe sandbox>`: even opened alone it runs and loads nothing."""
    answer = HttpResponse(html, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def framed_within(html: str) -> str:
    """For the `srcdoc` of an `<iframe sandbox>`, for what no address answers with."""
    return f'<meta http-equiv="Content-Security-Policy" content="{_WITHIN}">{html}'


def download(data: bytes, *, name: str, content_type: str) -> HttpResponse:
    """A file to be saved: no browser opens it among our pages."""
    answer = HttpResponse(data, content_type=content_type)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    answer.headers["Content-Disposition"] = disposition or "attachment"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer
