"""Access tokens of services: OAuth 2.0, client credentials (RFC 6749, 4.4)."""

from __future__ import annotations

import base64
import threading
import time
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_lazy as _lazy

from providers.answers import Verdict, asking, exchange, json_object, refusal
from providers.config import SecretStr
from providers.errors import Misconfigured, Temporary

_SECONDS = 5.0
_LIFE_SECONDS = 60.0  # of a token that does not say how long it lives
_MARGIN_SECONDS = 20.0
_REFUSED = Verdict(
    Misconfigured,
    _lazy("The server of tokens refused the client. Check its id and secret."),
)


class ClientCredentials:
    """One client's token, kept until shortly before its end; threads share it."""

    def __init__(self, url: str, client_id: str, secret: SecretStr) -> None:
        self._url = url
        self._client_id = client_id
        self._secret = secret
        self._lock = threading.Lock()
        self._token = ""
        self._ends = 0.0

    def token(self) -> str:
        """Asked for if none is kept; raises Temporary or Misconfigured."""
        with self._lock:
            if time.monotonic() >= self._ends:
                self._token, life = self._ask()
                self._ends = time.monotonic() + max(0.0, life - _MARGIN_SECONDS)
            return self._token

    def forget(self) -> None:
        """The service did not take it: ask for another next time."""
        with self._lock:
            self._ends = 0.0

    def _ask(self) -> tuple[str, float]:
        with asking():
            response = exchange(
                "POST",
                self._url,
                headers={
                    "Authorization": f"Basic {self._basic()}",
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                },
                body=urlencode({"grant_type": "client_credentials"}).encode(),
                total_seconds=_SECONDS,
            )
        if response.status in (400, 401, 403):
            raise refusal(response, verdict=_REFUSED)
        if response.status != 200:
            with asking():
                raise refusal(response)
        answer = json_object(response.body)
        token, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            detail = _lazy("The server of tokens gave no token.")
            raise Temporary(str(detail), code="no_token")
        well = isinstance(life, int | float) and not isinstance(life, bool)
        return token, float(life) if well else _LIFE_SECONDS  # type: ignore[arg-type]

    def _basic(self) -> str:
        """RFC 6749, 2.3.1: both are form-encoded first."""
        pair = f"{quote(self._client_id)}:{quote(self._secret.reveal())}"
        return base64.b64encode(pair.encode()).decode()
