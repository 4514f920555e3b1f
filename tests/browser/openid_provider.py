"""The OpenID provider of the npm package oidc-provider, as a process on loopback."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from notify_project.signin_settings import SignIn, SingleSignOn
from tests.proof.npm import NODE

SOURCE = Path(__file__).with_name("openid")
CLIENT_ID, CLIENT_SECRET = "notify-admin", "s3cret: of/the client"
JANE = {
    "email": "jane@example.org",
    "email_verified": True,
    # What a realm of Keycloak tells besides; it gives nothing here.
    "realm_access": {"roles": ["admin", "offline_access"]},
    "groups": ["/notify/operators"],
}


@dataclass
class Realm:
    """What a provider is started with. `tells_in_token`: as Keycloak does; else the
    address is told beside the id_token alone, as the specification has it."""

    site: str
    people: Mapping[str, Any] = field(default_factory=lambda: {"jane": JANE})
    tells_in_token: bool = True
    algorithm: str = "RS256"
    more: Mapping[str, Any] = field(default_factory=dict)  # of the client
    issuer: str = ""  # once it runs

    def configuration(self) -> dict[str, Any]:
        ours = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [f"{self.site}/admin/login/sso/callback/"],
            "post_logout_redirect_uris": [f"{self.site}/admin/login/"],
            "id_token_signed_response_alg": self.algorithm,
            "require_auth_time": True,
            **self.more,
        }
        return {
            "clients": [ours],
            "claims": {
                "openid": ["sub", "groups", "realm_access"],
                "email": ["email", "email_verified"],
            },
            "conformIdTokenClaims": not self.tells_in_token,
            "clientAuthMethods": ["client_secret_basic", "client_secret_post"],
        }

    def sign_in(self) -> SignIn:
        """Our settings for it, as docs/guide/operating.md has them."""
        ours = SingleSignOn(
            self.issuer, CLIENT_ID, CLIENT_SECRET, "Keycloak", self.algorithm
        )
        return SignIn("required", True, ours)


@contextmanager
def running(folder: Path, realm: Realm) -> Iterator[Realm]:
    """The provider at realm.issuer, until the block ends."""
    path = "/realms/demo"
    asked = {
        "path": path,
        "people": realm.people,
        "configuration": realm.configuration(),
    }
    process = subprocess.Popen(
        [NODE, "provider.js", json.dumps(asked)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it warns of what is for tests only
        text=True,
    )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        assert port, "oidc-provider did not start"
        realm.issuer = f"http://127.0.0.1:{port}{path}"
        yield realm
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
