"""The provider's id_token, checked as OpenID Connect Core 1.0, section 3.1.3.7, says.

Nothing in the token chooses how it is checked: algorithm, issuer and audience are
settings, the keys come from the issuer's own address.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import jwt
import structlog
from django.utils.translation import gettext as _

from notify_project.signin_settings import SingleSignOn
from tenants.jwks import KeyStore
from tenants.oidc.errors import NotAdmitted

LEEWAY_SECONDS = 30
_LONGEST_TOKEN = 32 * 1024
_LONGEST_SUBJECT = 255  # OpenID Connect Core, section 2
_OLDEST_SECONDS = 600
_REQUIRED = ["iss", "aud", "exp", "iat", "sub", "nonce"]
# What hostile numbers and nesting raise on their way through json and PyJWT.
_BAD_TOKEN = (
    *(jwt.PyJWTError, ValueError, TypeError),
    *(OverflowError, RecursionError, LookupError),
)
_keys = KeyStore()

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom the provider vouches for.

    `email` is empty unless the provider has verified it. `authenticated_at` is when the
    person last showed it who they are; None if it does not say.
    """

    subject: str
    email: str
    authenticated_at: float | None


class _Wrong(ValueError):
    """A claim that is not as it must be; its text is its name."""


def read(text: str, *, ours: SingleSignOn, keys_url: str, nonce: str) -> Claims:
    """The claims of a token for this very log-in.

    Raises NotAdmitted for every reason there is to refuse it, KeysUnavailable.
    """
    try:
        claims = _verified(text, ours, keys_url)
        _check(claims, ours, nonce)
        return _claims(claims)
    except _BAD_TOKEN as error:
        reason = str(error) if isinstance(error, _Wrong) else type(error).__name__
        raise _not_trusted(reason) from None


def with_userinfo(claims: Claims, told: Mapping[str, Any]) -> Claims:
    """With the address that the provider tells beside the token. Raises NotAdmitted if
    it speaks of somebody else (section 5.3.4)."""
    if told and told.get("sub") != claims.subject:
        raise _not_trusted("userinfo of another")
    return replace(claims, email=_verified_email(told))


def _not_trusted(reason: str) -> NotAdmitted:
    log.warning("single_sign_on_token_refused", reason=reason)
    return NotAdmitted(
        _(
            "The single sign-on's answer cannot be trusted, so nobody was let in. "
            "Try again; if it happens again, tell the operator."
        )
    )


def _verified(text: str, ours: SingleSignOn, keys_url: str) -> dict[str, Any]:
    if len(text) > _LONGEST_TOKEN:
        raise _Wrong("size")
    header = jwt.get_unverified_header(text)
    if header.get("alg") != ours.algorithm or "crit" in header:
        raise _Wrong("header")
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise _Wrong("kid")
    key = _keys.find(keys_url, kid=kid, algorithm=ours.algorithm)
    if key is None:
        raise _Wrong("unknown key")
    return jwt.decode(
        text,
        key,
        algorithms=[ours.algorithm],
        audience=ours.client_id,
        issuer=ours.issuer,
        leeway=LEEWAY_SECONDS,
        options={"require": _REQUIRED},
    )


def _check(claims: Mapping[str, Any], ours: SingleSignOn, nonce: str) -> None:
    """What PyJWT does not look at."""
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise _Wrong("nonce")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else ours.client_id) != ours.client_id:
        raise _Wrong("azp")
    if time.time() - float(claims["iat"]) > _OLDEST_SECONDS:
        raise _Wrong("age")


def _claims(claims: Mapping[str, Any]) -> Claims:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise _Wrong("sub")
    if not subject.isprintable():
        raise _Wrong("sub")
    at = claims.get("auth_time")
    if at is not None and not isfinite(float(at)):
        raise _Wrong("auth_time")
    return Claims(
        subject=subject,
        email=_verified_email(claims),
        authenticated_at=None if at is None else float(at),
    )


def _verified_email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    # Only true is true: "true", 1 and an absent word are the word of nobody.
    is_verified = claims.get("email_verified") is True and isinstance(email, str)
    return str(email).strip() if is_verified and str(email).isprintable() else ""
