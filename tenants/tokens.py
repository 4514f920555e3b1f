"""Bearer tokens (JWT) of registered issuers, checked as RFC 8725 advises.

1. Nothing in the token chooses how it is checked: its issuer and its caller's claim
   select one JwtIssuer row; algorithm and key come from that row alone.
2. iss, aud and exp must hold; iat and nbf too where present; leeway 30 seconds.
3. Tokens of an issuer with a JWKS live as long as the issuer says. Tokens signed with
   a shared secret must be fresh: iat within 30 seconds, or exp at most 5 minutes off.
"""

from __future__ import annotations

import time
from typing import Any

import jwt
from django.conf import settings

from notify_project.remembering import Memory
from tenants.callers import Caller
from tenants.jwks import KeyStore
from tenants.models import JwtIssuer
from tenants.models.credentials import SHORTEST_SECRET_BYTES

LONGEST_TOKEN = 8 * 1024
LEEWAY_SECONDS = 30
OWN_LIFE_SECONDS = 300
_LONGEST_ISSUER = 500
_TYPES = {"jwt", "at+jwt", "application/at+jwt"}
# Header members that would bring a key of the sender's own, or change the meaning.
_REFUSED_MEMBERS = frozenset(
    {"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc", "cty"}
)
_OWN = JwtIssuer.Algorithm.HS256
# What hostile numbers and nesting raise on their way through json and PyJWT.
_BAD_TOKEN = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
_issuers: Memory[str, tuple[JwtIssuer, ...]] = Memory(
    size=1000, seconds=lambda: settings.CACHE_SECONDS
)
_keys = KeyStore()


def verify_token(text: str) -> Caller | None:
    """The token's caller; None for every reason there is to refuse it.

    Raises KeysUnavailable if the issuer's keys were never reachable. One query per
    issuer every settings.CACHE_SECONDS.
    """
    if len(text) > LONGEST_TOKEN:
        return None
    try:
        header = jwt.get_unverified_header(text)
        claims = jwt.decode(text, options={"verify_signature": False})
        issuer = _find_issuer(header, claims)
        if issuer is None:
            return None
        verified = _decode(text, issuer, header.get("kid"))
        if verified is None or not _is_fresh(verified, issuer):
            return None
    except _BAD_TOKEN:
        return None
    return Caller(
        tenant=issuer.tenant,
        key_type=issuer.key_type,
        scopes=frozenset(issuer.scopes),
        name=issuer.claim_value,
    )


def _find_issuer(header: dict[str, Any], claims: dict[str, Any]) -> JwtIssuer | None:
    """The one row that this token can be meant for."""
    if _REFUSED_MEMBERS & header.keys() or not _is_known_type(header.get("typ", "JWT")):
        return None
    name = claims.get("iss")
    if not isinstance(name, str) or not isinstance(header.get("kid", ""), str):
        return None
    if len(name) > _LONGEST_ISSUER or not name.isprintable():
        return None  # none of ours; and PostgreSQL cannot even be asked for a NUL
    meant = [row for row in _rows(name) if claims.get(row.claim) == row.claim_value]
    # Two claims of one token may name two tenants: then it names none.
    if len({row.tenant_id for row in meant}) != 1 or not meant[0].tenant.active:
        return None
    return meant[0] if header.get("alg") == meant[0].algorithm else None


def _is_known_type(value: object) -> bool:
    return isinstance(value, str) and value.lower() in _TYPES


def _rows(issuer: str) -> tuple[JwtIssuer, ...]:
    rows = _issuers.get(issuer)
    if rows is None:
        # Across tenants: which tenant it is, is what we are about to learn.
        found = JwtIssuer.across_tenants().filter(issuer=issuer, active=True)
        rows = tuple(found.select_related("tenant"))
        _issuers.put(issuer, rows)
    return rows


def _decode(text: str, issuer: JwtIssuer, kid: str | None) -> dict[str, Any] | None:
    is_own = issuer.algorithm == _OWN
    key = (
        _own_secret(issuer)
        if is_own
        else _keys.find(issuer.jwks_url, kid=kid, algorithm=issuer.algorithm)
    )
    if key is None:
        return None
    return jwt.decode(
        text,
        key,
        algorithms=[issuer.algorithm],
        audience=issuer.audience,
        issuer=issuer.issuer,
        leeway=LEEWAY_SECONDS,
        options={"require": ["iss", "aud"] if is_own else ["iss", "aud", "exp", "iat"]},
    )


def _own_secret(issuer: JwtIssuer) -> bytes | None:
    secret = str(issuer.shared_secret).encode()
    return secret if len(secret) >= SHORTEST_SECRET_BYTES else None


def _is_fresh(claims: dict[str, Any], issuer: JwtIssuer) -> bool:
    """Whether a token of a shared secret is young, or dies soon. exp is checked."""
    if issuer.algorithm != _OWN:
        return True
    now = time.time()
    if "iat" in claims and abs(now - float(claims["iat"])) <= LEEWAY_SECONDS:
        return True
    return "exp" in claims and float(claims["exp"]) <= (
        now + OWN_LIFE_SECONDS + LEEWAY_SECONDS
    )
