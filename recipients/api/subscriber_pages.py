"""The pages behind a subscriber's links; looking at one changes nothing.

Mail scanners open links, so only a POST does what a page says. A mail program's own
button posts `List-Unsubscribe=One-Click` to the link, without a cookie and without our
form's token (RFC 8058): the signed link is the credential, and what it allows is small.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from recipients import links, subscribing
from recipients.errors import InvalidSubscriptionLink
from recipients.models import Subscription

_PAGE = "recipients/subscriber.html"
_S = Subscription.Status


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_subscription(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether they want it; POST says yes."""
    try:
        row = subscribing.opened_to_confirm(token)
    except InvalidSubscriptionLink as error:
        return _refused(request, error)
    if request.method == "POST":
        subscribing.confirm(row)
        row.refresh_from_db()
    steps = {_S.PENDING: "ask", _S.CONFIRMED: "confirmed"}
    return _shown(request, row, steps.get(_S(row.status), "ended"))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether to end it; POST ends it, and POST with `undo` takes that back."""
    found = links.unsubscribed_by(token)
    if found == links.NOBODY:
        return _rendered(request, {"step": "nobody"})
    try:
        row = subscribing.opened(found)
    except InvalidSubscriptionLink as error:
        return _refused(request, error)
    if request.method != "POST":
        left = row.status == _S.UNSUBSCRIBED
        return _shown(request, row, "left" if left else "leave")
    undo = "undo" in request.POST
    if undo:
        subscribing.come_back(row)
    else:
        subscribing.unsubscribe(row)
    row.refresh_from_db()
    return _shown(request, row, "left" if row.status == _S.UNSUBSCRIBED else "back")


def _shown(request: HttpRequest, row: Subscription, step: str) -> HttpResponse:
    return _rendered(
        request,
        {
            "step": step,
            "list": row.list.shown_title,
            "tenant": row.tenant.name,
            "address": masked(str(row.address)),
            "may_undo": row.confirmed_at is not None,
        },
    )


def _refused(request: HttpRequest, error: InvalidSubscriptionLink) -> HttpResponse:
    return _rendered(request, {"step": "refused", "problem": error.message}, status=404)


def _rendered(
    request: HttpRequest, context: dict[str, object], status: int = 200
) -> HttpResponse:
    answer = render(request, _PAGE, context, status=status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is a credential
    return answer


def masked(address: str) -> str:
    """Enough for its owner to know it: a link may be passed on with its mail."""
    local, at, host = address.rpartition("@")
    if at:
        return f"{local[:1]}•••@{host}"
    return f"•••{address[-2:]}"
