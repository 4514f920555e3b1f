"""The provider: where its pages are, by its own word, a code that becomes a token, and
what it tells of a person besides.

OpenID Connect Discovery 1.0, RFC 6749, section 4.1.3, and OpenID Connect Core 1.0,
section 5.3; through our one way out.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import structlog
from django.utils.translation import gettext as _

from notify_project import egress
from notify_project.remembering import Memory
from notify_project.signin_settings import SingleSignOn
from tenants.oidc.challenge import Challenge
from tenants.oidc.errors import NotAdmitted, ProviderUnavailable

_SECONDS = 5.0
_MOST_BYTES = 200_000
_REMEMBERED_SECONDS = 600.0
_BASIC = "client_secret_basic"
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Provider:
    """Its pages; `userinfo_url` and `end_session_url` are empty where it has none."""

    authorization_url: str
    token_url: str
    keys_url: str
    userinfo_url: str
    end_session_url: str
    takes_basic: bool


@dataclass(frozen=True, slots=True, repr=False)
class Granted:
    """What a code became: who it is (tokens.py reads it), and what asks for more."""

    id_token: str
    access_token: str


_known: Memory[str, Provider] = Memory(size=4, seconds=lambda: _REMEMBERED_SECONDS)


def discover(ours: SingleSignOn) -> Provider:
    """What the issuer publishes of itself; one call every ten minutes.

    Raises ProviderUnavailable.
    """
    found = _known.get(ours.issuer)
    if found is None:
        page = f"{ours.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _read(_answer("GET", page), ours.issuer)
        _known.put(ours.issuer, found)
    return found


def redeem(
    provider: Provider,
    ours: SingleSignOn,
    challenge: Challenge,
    *,
    code: str,
    redirect_uri: str,
) -> Granted:
    """The tokens for a code. Raises NotAdmitted where the provider takes the code for
    none of its own, ProviderUnavailable."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": challenge.verifier,
        "client_id": ours.client_id,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if ours.client_secret and provider.takes_basic:
        headers["Authorization"] = _basic(ours)
    elif ours.client_secret:
        form["client_secret"] = ours.client_secret
    body = urlencode(form).encode()
    answer = _answer("POST", provider.token_url, headers=headers, body=body)
    token, more = answer.get("id_token"), answer.get("access_token")
    if not isinstance(token, str):
        raise _nonsense("no id_token")
    return Granted(token, more if isinstance(more, str) else "")


def userinfo(provider: Provider, granted: Granted) -> Mapping[str, Any]:
    """What else it tells of the person: a provider need not put the address into the
    id_token. Nothing where it has no such page. Raises ProviderUnavailable."""
    if not (provider.userinfo_url and granted.access_token):
        return {}
    headers = {"Authorization": f"Bearer {granted.access_token}"}
    return _answer("GET", provider.userinfo_url, headers=headers)


def _read(document: Mapping[str, Any], issuer: str) -> Provider:
    # Else a document of somebody else's could send people anywhere.
    if document.get("issuer") != issuer:
        raise _nonsense("another issuer")
    if not all(isinstance(document.get(name), str) for name in _NEEDED):
        raise _nonsense("a page is missing")
    ways = document.get("token_endpoint_auth_methods_supported") or [_BASIC]
    return Provider(
        authorization_url=str(document["authorization_endpoint"]),
        token_url=str(document["token_endpoint"]),
        keys_url=str(document["jwks_uri"]),
        userinfo_url=_page(document, "userinfo_endpoint"),
        end_session_url=_page(document, "end_session_endpoint"),
        takes_basic=_BASIC in ways,
    )


def _page(document: Mapping[str, Any], name: str) -> str:
    found = document.get(name)
    return found if isinstance(found, str) else ""


def _answer(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Mapping[str, Any]:
    try:
        response = egress.request(
            method,
            url,
            headers={"Accept": "application/json", **(headers or {})},
            body=body,
            total_seconds=_SECONDS,
            max_bytes=_MOST_BYTES,
        )
        document = json.loads(response.body)
    except egress.EgressError as failure:
        raise _nonsense(failure.code) from None
    except (ValueError, RecursionError):
        raise _nonsense("not JSON") from None
    if not isinstance(document, dict):
        raise _nonsense("not JSON")
    if response.status != 200:
        log.warning("single_sign_on_refused", reason=_word(document.get("error")))
        if document.get("error") == "invalid_grant":
            raise NotAdmitted(_("That took too long. Log in once more."))
        raise _nonsense(f"status {response.status}")
    return document


def _basic(ours: SingleSignOn) -> str:
    """RFC 6749, 2.3.1: both parts are encoded as in a form before they are joined."""
    both = f"{quote(ours.client_id, safe='')}:{quote(ours.client_secret, safe='')}"
    return f"Basic {b64encode(both.encode()).decode()}"


def _nonsense(reason: str) -> ProviderUnavailable:
    log.warning("single_sign_on_unavailable", reason=reason)
    return ProviderUnavailable(
        _(
            "The single sign-on cannot be reached just now. Try again in a minute; if "
            "it happens again, tell the operator."
        )
    )


def _word(value: object) -> str:
    """The provider's own word for what is wrong, if it is one."""
    return value[:50] if isinstance(value, str) and value.isascii() else "unknown"
