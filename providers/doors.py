"""Where a provider tells us of an account's messages, and who may come in there.

An account's address ends with a token that nobody can guess. The token is made of the
account and a number, so nothing secret is stored; the next number makes another one,
and the last goes on opening for a week, until the provider is told.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from notify_project.db.hashing import keyed_hash
from notify_project.queue.writing import writing
from providers.models import Account
from providers.registry import ALIASES, UnknownProvider, provider_class

OVERLAP_SECONDS = 7 * 86_400
_TOKEN_BYTES = 24
_HERE_ONLY = frozenset({"localhost", "127.0.0.1", "::1"})


def address(account: Account) -> str:
    """The account's own, with its newest token; "" where no provider could reach it."""
    if urlsplit(settings.PUBLIC_URL).hostname in _HERE_ONLY:
        return ""
    place = _place(account.provider, account.id, account.receipt_token)
    return f"{settings.PUBLIC_URL}{place}"


# Each message to a provider that reports names it: making it took longer than routing.
@lru_cache(maxsize=10_000)
def _place(provider: str, account_id: UUID, number: int) -> str:
    lane, _dot, name = provider.partition(".")
    token = _token(account_id, number)
    return reverse("account-hook", args=[lane, name, account_id, token])


def accounts_at(lane: str, name: str, account_id: UUID | None) -> list[Account]:
    """Whose address this is: one account, or all of the system's of this provider."""
    key = f"{lane}.{name}"
    keys = [key, *(old for old, new in ALIASES.items() if new == key)]
    try:
        provider_class(key)
    except UnknownProvider:
        return []
    rows = Account.across_tenants().filter(provider__in=keys)
    if account_id is not None:
        return list(rows.filter(id=account_id))
    return list(rows.filter(tenant__isnull=True).order_by("id"))


def opens(account: Account, tokens: Iterable[str]) -> bool:
    """Whether one of these is a token of the account, in constant time."""
    valid = _valid(account)
    found = [
        hmac.compare_digest(given.encode(), one.encode())
        for given in tokens
        for one in valid
    ]
    return any(found)


def lets_in(account: Account, client: str) -> bool:
    """Whether the account takes calls from this IP address; if unlisted, from all."""
    if not account.receipt_networks:
        return True
    try:
        ip = ipaddress.ip_address(client)
    except ValueError:
        return False
    plain = getattr(ip, "ipv4_mapped", None) or ip
    return any(
        plain in ipaddress.ip_network(str(one), strict=False)
        for one in account.receipt_networks
    )


def password_of(header: str) -> str:
    """What stands as password in an Authorization header; "" for any other header."""
    kind, _space, given = header.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        text = base64.b64decode(given.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return text.partition(":")[2]


def renew(account: Account) -> None:
    """A new token; the last one opens for some days yet, those before it no more."""
    with writing():
        Account.across_tenants().filter(id=account.id).update(
            receipt_token=F("receipt_token") + 1, receipt_token_at=Now()
        )
    account.refresh_from_db(fields=["receipt_token", "receipt_token_at"])


def _valid(account: Account) -> list[str]:
    numbers = [account.receipt_token]
    overlap = timedelta(seconds=OVERLAP_SECONDS)
    renewed = account.receipt_token_at
    if renewed is not None and timezone.now() < renewed + overlap:
        numbers.append(account.receipt_token - 1)
    return [_token(account.id, number) for number in numbers]


def _token(account_id: UUID, number: int) -> str:
    made = keyed_hash("receipt-token", account_id.bytes, str(number))[:_TOKEN_BYTES]
    return base64.urlsafe_b64encode(made).decode()
