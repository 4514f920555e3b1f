"""What may be asked of an endpoint, and whether it can be granted.

A URL's name is looked up, so that is done before a transaction, never in one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from django.utils.translation import gettext as _

from callbacks import kinds, signing
from callbacks.errors import InvalidEndpoint
from notify_project import egress

CHANNELS = ("email", "sms", "msgApp")
URL_LENGTH = 2000
DESCRIPTION_LENGTH = 200
SHORTEST_TOKEN, TOKEN_LENGTH = 10, 1000
FASTEST, MOST_AT_ONCE = 1000, 32
MOST_HEADERS = 10

# A name may begin to exist later.
_MAY_COME = frozenset({"dns", "dns_timeout"})
_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")
_VALUE = re.compile(r"[\x20-\x7e]{0,1000}")
# Ours, and those that say where the request goes and how long it is.
_TAKEN = re.compile(
    r"(webhook-|x-webhook-|content-|proxy-|sec-).*|host|connection|authorization"
    r"|transfer-encoding|upgrade|te|trailer|expect|keep-alive|idempotency-key"
    r"|accept-encoding|user-agent",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of an endpoint; None leaves it as it is."""

    url: str | None = None
    description: str | None = None
    events: Collection[str] | None = None
    channels: Collection[str] | None = None
    secret: str | None = field(default=None, repr=False)
    bearer_token: str | None = field(default=None, repr=False)
    secret_headers: Mapping[str, str] | None = field(default=None, repr=False)
    hex_signature: bool | None = None
    retries_refusals: bool | None = None
    per_second: int | None = None
    concurrency: int | None = None
    active: bool | None = None

    def said(self) -> dict[str, Any]:
        """What is not left as it is."""
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in every.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Granted:
    """The columns of an endpoint of that kind, as a wish wants them; `granted` made it.

    Holds secrets, and shows none.
    """

    kind: str
    values: Mapping[str, Any] = field(repr=False)

    def __or__(self, more: Granted) -> Granted:
        """Both, for the same endpoint."""
        return Granted(self.kind, {**self.values, **more.values})


def granted(wish: Wish, *, kind: str = kinds.EVENTS) -> Granted:
    """Raises InvalidEndpoint for what is wrong, without repeating what is secret.

    A URL costs one look-up of its name.
    """
    values = wish.said()
    for name, check in _CHECKS.items():
        if name in values:
            values[name] = check(values[name])
    if "url" in values:
        check_url = checked_url if kind == kinds.EVENTS else checked_service_url
        check_url(values["url"])
    return Granted(kind, values)


def checked_url(url: str, *, path: str = "url") -> str:
    """The URL, if we may call it; raises InvalidEndpoint, without repeating it."""
    _judge(url, path, forgiven=frozenset())
    return url


def checked_later(url: str, *, path: str = "url") -> str:
    """The same, but for a host that has no name yet: it is judged with each call."""
    _judge(url, path, forgiven=_MAY_COME)
    return url


def _judge(url: str, path: str, *, forgiven: Collection[str]) -> None:
    if len(url) > URL_LENGTH:
        raise InvalidEndpoint(
            _("The URL has more than %(most)s characters.") % {"most": URL_LENGTH},
            field=path,
        )
    try:
        egress.check_url(url)
    except egress.EgressError as error:
        if error.code not in forgiven:
            raise InvalidEndpoint(error.detail, field=path) from None


def checked_service_url(url: str) -> str:
    """Document 001: https, and nothing else."""
    if not url.startswith("https://"):
        raise InvalidEndpoint(_("Only https:// URLs are allowed."), field="url")
    return checked_later(url)


def checked_headers(given: Mapping[str, str], *, path: str) -> dict[str, str]:
    """Further headers of a request; raises InvalidEndpoint for ours and unsafe ones."""
    if len(given) > MOST_HEADERS:
        raise InvalidEndpoint(
            _("At most %(most)s headers.") % {"most": MOST_HEADERS}, field=path
        )
    for name, value in given.items():
        if not _HEADER.fullmatch(name) or _TAKEN.fullmatch(name):
            raise InvalidEndpoint(
                _("A header has a name that is taken, or that is none."), field=path
            )
        if not _VALUE.fullmatch(value):
            raise InvalidEndpoint(
                _("A header's value is one line of visible ASCII."), field=path
            )
    return dict(given)


def checked_secret(secret: str) -> str:
    """Raises InvalidEndpoint, without repeating it."""
    try:
        signing.key_of(secret)
    except ValueError:
        raise InvalidEndpoint(
            _("The secret is whsec_ and 24 to 64 bytes in base64."), field="secret"
        ) from None
    return secret


def _filters(given: Collection[str]) -> list[str]:
    """A lone word of a message's events means message.<word>."""
    found = [one if "." in one else f"{kinds.MESSAGES}.{one}" for one in given]
    for position, one in enumerate(found):
        if not kinds.is_filter(one):
            raise InvalidEndpoint(
                _("No event passes this filter. There are: %(known)s, and group.*")
                % {"known": ", ".join(kinds.TYPES)},
                field=f"events[{position}]",
            )
    return list(dict.fromkeys(found))


def _channels(given: Collection[str]) -> list[str]:
    for position, one in enumerate(given):
        if one not in CHANNELS:
            raise InvalidEndpoint(
                _("Must be one of: %(known)s.") % {"known": ", ".join(CHANNELS)},
                field=f"channels[{position}]",
            )
    return list(dict.fromkeys(given))


def _token(given: str) -> str:
    """Empty sends none. The refusal does not repeat it."""
    if not given:
        return ""
    fits = SHORTEST_TOKEN <= len(given) <= TOKEN_LENGTH
    if not fits or not given.isascii() or not given.isprintable() or " " in given:
        raise InvalidEndpoint(
            _("The bearer token has %(least)s to %(most)s visible ASCII characters.")
            % {"least": SHORTEST_TOKEN, "most": TOKEN_LENGTH},
            field="bearerToken",
        )
    return given


_CHECKS: Mapping[str, Any] = {
    "secret": checked_secret,
    "events": _filters,
    "channels": _channels,
    "bearer_token": _token,
    "secret_headers": lambda given: checked_headers(given, path="headers"),
}
