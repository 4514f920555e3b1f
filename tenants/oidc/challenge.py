"""What we ask the provider with, so that its answer can be told from anybody else's."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

_BYTES = 32
SCOPE = "openid email profile"


@dataclass(frozen=True, slots=True)
class Challenge:
    """`state` comes back in the address, `nonce` in the token; `verifier` is shown when
    the code becomes a token (PKCE, RFC 7636)."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> Challenge:
        """Three texts that nobody guesses."""
        return cls(*(secrets.token_urlsafe(_BYTES) for _text in range(3)))


def address(
    page: str,
    challenge: Challenge,
    *,
    client_id: str,
    redirect_uri: str,
    more: Mapping[str, str],
) -> str:
    """Where the browser goes, on the provider's page for it."""
    digest = hashlib.sha256(challenge.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": challenge.state,
        "nonce": challenge.nonce,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **more,
    }
    return f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}"
