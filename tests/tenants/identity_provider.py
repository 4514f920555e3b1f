"""An identity provider on the loopback: signs tokens, and serves its public keys."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://id.example.org/realm"
AUDIENCE = "notify"


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token; a change to None leaves the claim out."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "azp": "client-one",
        "sub": "service-account-1",
        "iat": now,
        "exp": now + 3600,
    }
    return {k: v for k, v in {**good, **changes}.items() if v is not None}


class IdentityProvider:
    """Two key pairs, a key set, and a count of how often that was asked for."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.published: list[dict[str, Any]] = [self.rsa_jwk("rsa-1"), self.ec_jwk()]
        self.body: bytes | None = None  # instead of a key set
        self.asked = 0
        self.url = ""

    def rsa_jwk(self, kid: str, **members: Any) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self.rsa.public_key(), as_dict=True)
        return {**public, "kid": kid, "use": "sig", **members}

    def ec_jwk(self, kid: str = "ec-1") -> dict[str, Any]:
        public = ECAlgorithm.to_jwk(self.ec.public_key(), as_dict=True)
        return {**public, "kid": kid, "use": "sig"}

    def rsa_public_pem(self) -> bytes:
        return self.rsa.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def token(
        self,
        payload: Mapping[str, Any] | None = None,
        *,
        kid: str | None = "rsa-1",
        headers: Mapping[str, Any] | None = None,
    ) -> str:
        """Signed with RS256."""
        own = {} if kid is None else {"kid": kid}
        return jwt.encode(
            dict(payload or claims()),
            self.rsa,
            algorithm="RS256",
            headers={**own, **(headers or {})},
        )


@contextmanager
def serving(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    """The provider's key set at provider.url, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            body = provider.body or json.dumps({"keys": provider.published}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}/keys"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
