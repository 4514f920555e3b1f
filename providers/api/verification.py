"""The page behind a sender's verification link; looking at it changes nothing.

Mail scanners open links; only the button's POST verifies.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from notify_project.queue.writing import writing
from providers import senders
from providers.models import Sender
from providers.senders import InvalidLink
from tenants import auditing


@require_http_methods(["GET", "HEAD", "POST"])
def verify_sender(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether the address may send; POST says yes."""
    template = "providers/verify_sender.html"
    try:
        sender = senders.opened(token)
    except InvalidLink as error:
        return render(request, template, {"problem": error.message}, status=404)
    if request.method == "POST":
        _verify(sender)
    done = request.method == "POST" or sender.verified_at is not None
    return render(request, template, {"sender": sender, "done": done})


def _verify(sender: Sender) -> None:
    """The audit tells when; who it was, the link says: the owner of the address."""
    before = auditing.snapshot(sender)
    with writing():
        if senders.verify(sender):
            sender.refresh_from_db()
            auditing.record(
                None, "verified", sender, tenant=sender.tenant, before=before
            )
