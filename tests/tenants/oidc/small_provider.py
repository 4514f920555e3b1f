"""A small OpenID Connect provider on loopback, which really signs, checks PKCE and
gives each code once, and a browser that goes there and back."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from django.test import Client

from notify_project.signin_settings import SignIn, SingleSignOn
from tests.tenants.identity_provider import IdentityProvider

CLIENT_ID, CLIENT_SECRET = "notify-admin", "s3cret: of/the client"
ACCESS_TOKEN = "opaque"
Claims = dict[str, Any]


def untouched(claims: Claims) -> Claims:
    return claims


class SmallProvider:
    """`person` is who is logged in there; `twist` changes the claims of each token."""

    def __init__(self) -> None:
        self.keys = IdentityProvider()
        self.url = ""
        self.person: Claims = {
            "sub": "jane-1",
            "email": "jane@example.org",
            "email_verified": True,
        }
        self.twist: Callable[[Claims], Claims] = untouched
        self.sign: Callable[[Claims], str] = self.keys.token
        self.document: Claims = {}  # what else it says of itself
        self.userinfo: Claims = {}  # what it tells beside the token, if anything
        self.codes: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []

    def sign_in(self) -> SignIn:
        """Our settings for it."""
        ours = SingleSignOn(self.url, CLIENT_ID, CLIENT_SECRET, "Keycloak", "RS256")
        return SignIn("offered", True, ours)

    # --- Its pages ---

    def discovery(self) -> Claims:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            **({"userinfo_endpoint": f"{self.url}/userinfo"} if self.userinfo else {}),
            "end_session_endpoint": f"{self.url}/logout",
            **self.document,
        }

    def told(self, authorization: str) -> tuple[int, Claims]:
        """Userinfo, for whoever shows the access token."""
        if authorization != f"Bearer {ACCESS_TOKEN}" or not self.userinfo:
            return self._refuse(401, "invalid_token")
        return 200, self.userinfo

    def authorize(self, asked: dict[str, str]) -> str:
        """The person agrees at once: where their browser goes."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.url}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """A code becomes a token once, for whoever can show the verifier."""
        if not self._is_ours(form, authorization):
            return self._refuse(401, "invalid_client")
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return self._refuse(400, "invalid_grant")
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return self._refuse(400, "invalid_grant")
        return 200, {
            "access_token": ACCESS_TOKEN,
            "token_type": "Bearer",
            "id_token": self.sign(self.twist(self.claims(asked))),
        }

    def claims(self, asked: dict[str, str]) -> Claims:
        now = int(time.time())
        return {
            "iss": self.url,
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "auth_time": now if asked.get("prompt") == "login" else now - 3600,
            "nonce": asked["nonce"],
            **self.person,
        }

    def _is_ours(self, form: dict[str, str], authorization: str) -> bool:
        if authorization:
            both = b64decode(authorization.removeprefix("Basic ")).decode()
            given = tuple(unquote(part) for part in both.split(":", 1))
        else:
            given = (form.get("client_id", ""), form.get("client_secret", ""))
        return given == (CLIENT_ID, CLIENT_SECRET)

    def _refuse(self, status: int, word: str) -> tuple[int, Claims]:
        self.refused.append(word)
        return status, {"error": word}


@contextmanager
def serving(provider: SmallProvider) -> Iterator[SmallProvider]:
    """The provider at provider.url, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/auth":
                asked = {name: one for name, [one] in parse_qs(parts.query).items()}
                self._answer(302, b"", {"Location": provider.authorize(asked)})
            elif parts.path == "/keys":
                self._json(200, {"keys": provider.keys.published})
            elif parts.path == "/userinfo":
                self._json(*provider.told(self.headers.get("Authorization", "")))
            elif parts.path == "/.well-known/openid-configuration":
                self._json(200, provider.discovery())
            else:
                self._json(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: one for name, [one] in parse_qs(body).items()}
            authorization = self.headers.get("Authorization", "")
            self._json(*provider.token(form, authorization))

        def _json(self, status: int, document: Claims) -> None:
            self._answer(status, json.dumps(document).encode(), {})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


# --- The browser ---


def go(client: Client, **query: str) -> str:
    """Press the button and log in there: the address that leads back to us."""
    answer: Any = client.get("/admin/login/sso/", query)
    assert answer.status_code == 302, answer.content
    parts = urlsplit(answer.url)
    connection = HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = connection.getresponse().headers["Location"]
    connection.close()
    assert back.startswith("http://testserver/admin/login/sso/callback/?")
    return str(back)


def come_back(client: Client, back: str) -> Any:
    """Follow that address, and where it leads."""
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}", follow=True)


def log_in(client: Client, **query: str) -> Any:
    """There and back: the page that one sees in the end."""
    return come_back(client, go(client, **query))
