"""The public keys of token issuers (RFC 7517): fetched from the configured address
only, remembered, and fetched again when an issuer changes its keys."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils.translation import gettext as _

from notify_project import egress
from notify_project.errors import Unavailable
from notify_project.remembering import Memory

REFRESH_SECONDS = 600.0
# A token with an unknown kid makes us look for new keys, but not more often than this.
LOOK_AGAIN_SECONDS = 30.0
# An issuer that cannot be reached does not lock its callers out for so long.
KEEP_SECONDS = 86_400.0
FETCH_SECONDS = 3.0
_MOST_BYTES = 200_000
_MOST_KEYS = 100
_SMALLEST_RSA_BITS = 2048
_KINDS = {"RS256": ("RSA", None), "ES256": ("EC", "P-256")}
log = logging.getLogger(__name__)


class KeysUnavailable(Unavailable):
    """The issuer's keys cannot be fetched just now."""

    code = "issuer_unavailable"


@dataclass(slots=True)
class _KeySet:
    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: list[dict[str, Any]] = field(default_factory=list)
    fetched_at: float | None = None
    tried_at: float | None = None


class KeyStore:
    """Key sets by address; one fetch at a time for each address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sets: Memory[str, _KeySet] = Memory(
            size=500, seconds=lambda: KEEP_SECONDS, clock=clock
        )
        self._lock = threading.Lock()

    def find(self, url: str, *, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        """The key that signs `algorithm` under that name; None if there is none.

        Without a kid the only fitting key is taken. Raises KeysUnavailable if the
        address has never answered. Costs a fetch every ten minutes, and one for an
        unknown kid, at most every 30 seconds.
        """
        keys = self._key_set(url)
        found = _choose(keys.keys, kid, algorithm)
        is_old = self._is_older(keys.fetched_at, REFRESH_SECONDS)
        if found is not None and not is_old:
            return found
        # Whoever has a key of yesterday does not wait for the one who fetches.
        if keys.lock.acquire(blocking=found is None):
            try:
                self._fetch(url, keys)
            finally:
                keys.lock.release()
        if keys.fetched_at is None:
            raise KeysUnavailable(
                _(
                    "The keys of this token's issuer cannot be fetched just now. "
                    "Try again in a minute."
                ),
                retry_after_seconds=LOOK_AGAIN_SECONDS,
            )
        return _choose(keys.keys, kid, algorithm)

    def _key_set(self, url: str) -> _KeySet:
        with self._lock:
            keys = self._sets.get(url)
            if keys is None:
                keys = _KeySet()
                self._sets.put(url, keys)
            return keys

    def _is_older(self, moment: float | None, seconds: float) -> bool:
        return moment is None or self._clock() - moment >= seconds

    def _fetch(self, url: str, keys: _KeySet) -> None:
        if not self._is_older(keys.tried_at, LOOK_AGAIN_SECONDS):
            return
        keys.tried_at = self._clock()
        fetched = _download(url)
        if fetched is not None:
            keys.keys, keys.fetched_at = fetched, self._clock()
            self._sets.put(url, keys)  # the day that they are kept begins anew


def _download(url: str) -> list[dict[str, Any]] | None:
    """The usable keys of a JWK set; None, and a line in the log, if it is not one."""
    try:
        response = egress.request(
            "GET",
            url,
            headers={"Accept": "application/json"},
            total_seconds=FETCH_SECONDS,
            max_bytes=_MOST_BYTES,
        )
        document = json.loads(response.body) if response.status == 200 else None
    except egress.EgressError as failure:
        log.warning("issuer keys not fetched", extra={"reason": failure.detail})
        return None
    except (ValueError, RecursionError):
        document = None
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        log.warning("issuer keys not fetched", extra={"reason": "not a JWK set"})
        return None
    return [key for key in keys[:_MOST_KEYS] if isinstance(key, dict)]


def _choose(
    keys: list[dict[str, Any]], kid: str | None, algorithm: str
) -> jwt.PyJWK | None:
    fitting = [key for key in keys if _fits(key, algorithm)]
    if kid is not None:
        fitting = [key for key in fitting if key.get("kid") == kid]
    if len(fitting) != 1:
        return None
    try:
        found = jwt.PyJWK(fitting[0], algorithm=algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    key = found.key
    if isinstance(key, RSAPublicKey) and key.key_size < _SMALLEST_RSA_BITS:
        return None
    return found


def _fits(key: dict[str, Any], algorithm: str) -> bool:
    kind, curve = _KINDS[algorithm]
    return (
        key.get("kty") == kind
        and key.get("crv") == curve
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
    )
