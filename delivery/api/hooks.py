"""POST /notifications/...: a provider tells us of its messages, or brings a text.

The adapter says whether the call is the provider's; what is told is stored, and applied
by a worker. Where an account has no address of its own in the call, the system's
accounts of this provider are asked one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from delivery import incoming
from notify_project.api.parsers import read_body
from notify_project.api.views import JsonView
from notify_project.errors import TooMany
from providers import doors
from providers.accounts import ready
from providers.base import Provider
from providers.errors import Misconfigured
from providers.hooks import Forged, Hook
from providers.models import Account
from tenants import throttling
from tenants.origin import client_address

log = structlog.get_logger(__name__)


class Hooks(JsonView):
    """Open to all: what comes has to prove whose it is."""

    authentication_classes: Sequence[type[BaseAuthentication]] = []
    permission_classes = [AllowAny]
    throttle_classes: Sequence[type[BaseThrottle]] = []

    def head(self, request: Request, **_where: object) -> Response:
        """Some providers look whether there is something before they call."""
        return Response()

    def post(
        self,
        request: Request,
        lane: str,
        name: str,
        account_id: UUID | None = None,
        token: str = "",
    ) -> HttpResponse:
        """Stored, then answered; 401 for what is not proven, 400 for nonsense."""
        limit = self.body_limit_bytes
        body = read_body(request.stream, request.META, limit_bytes=limit)
        accounts = doors.accounts_at(lane, name, account_id)
        account, adapter, hook = _let_in(request, body, accounts, token)
        _count(account)
        told = adapter.read_hook(hook)
        incoming.store(account, told)
        log.info(
            "provider_told",
            account_id=account.id,
            provider=account.provider,
            count=len(told.receipts) + len(told.texts),
        )
        media_type, answer = adapter.hook_answer
        return HttpResponse(answer, content_type=media_type)


def _let_in(
    request: Request, body: bytes, accounts: Iterable[Account], token: str
) -> tuple[Account, Provider[object], Hook]:
    """The account whose provider this is; raises Forged."""
    password = doors.password_of(request.headers.get("Authorization", ""))
    headers = {name.lower(): text for name, text in request.headers.items()}
    client = client_address(request._request)
    for account in accounts:
        if not doors.lets_in(account, client):
            continue
        proven = doors.opens(account, filter(None, (token, password)))
        hook = Hook(_public_url(request), headers, body, proven, password)
        try:
            adapter = ready(account).adapter
            adapter.verify_hook(hook)
        except (Forged, Misconfigured):
            continue
        return account, adapter, hook
    raise Forged


def _public_url(request: Request) -> str:
    """As the provider was given it: what a Host header says proves nothing."""
    query = request.META.get("QUERY_STRING", "")
    return f"{settings.PUBLIC_URL}{request.path}{f'?{query}' if query else ''}"


def _count(account: Account) -> None:
    found = throttling.count(f"receipts:{account.id}", settings.RECEIPTS_PER_MINUTE)
    if not found.allowed:
        raise TooMany(
            _("This account's %(limit)d receipts per minute are used up.")
            % {"limit": found.limit},
            retry_after_seconds=found.retry_after_seconds,
        )
