"""The page behind a sender's verification link; looking at it changes nothing.

Mail scanners open links; only the button's POST verifies.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from providers import senders
from providers.senders import InvalidLink


@require_http_methods(["GET", "HEAD", "POST"])
def verify_sender(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether the address may send; POST says yes."""
    template = "providers/verify_sender.html"
    try:
        sender = senders.opened(token)
    except InvalidLink as error:
        return render(request, template, {"problem": error.message}, status=404)
    if request.method == "POST":
        senders.verify(sender)
    done = request.method == "POST" or sender.verified_at is not None
    return render(request, template, {"sender": sender, "done": done})
