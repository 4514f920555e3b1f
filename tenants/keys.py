"""API keys: minted, read, issued, rotated and revoked.

A key is `ntf_<type>_<id8>_<secret><crc>`: a prefix that secret scanners know, the
key's readable id, 256 random bits in 43 letters and digits, and a CRC-32 of all that
in 6 more, so that a mistyped key is told from a wrong one without asking the
database. We keep HMAC-SHA256(KEY_PEPPER, all but the CRC) and nothing else: a copy of
the database holds no usable key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.callers import ALL_SCOPES
from tenants.errors import InvalidKeySettings
from tenants.models import ApiKey, Tenant, User
from tenants.models.credentials import KeyType, default_scopes

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PREFIX_LETTERS = 8
_SECRET_LETTERS = 43  # 62 ** 43 > 2 ** 256
_CRC_LETTERS = 6  # 62 ** 6 > 2 ** 32
_KEY = re.compile(
    r"(?P<body>ntf_(?P<type>live|team|test)_(?P<prefix>[0-9A-Za-z]{8})"
    r"_[0-9A-Za-z]{43})(?P<crc>[0-9A-Za-z]{6})"
)
USUAL_LIFE = timedelta(days=365)
LONGEST_LIFE = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """A well-formed key as somebody showed it: not yet checked, its secret hashed."""

    key_type: str
    prefix: str
    secret_hash: bytes


def mint(key_type: str) -> str:
    """A new key's text; nothing is stored."""
    body = f"ntf_{key_type}_{_random(_PREFIX_LETTERS)}_{_random(_SECRET_LETTERS)}"
    return body + _crc(body)


def parse(text: str) -> PresentedKey | None:
    """Read a key; None if it cannot be one of ours. Costs no query."""
    match = _KEY.fullmatch(text)
    if match is None or _crc(match["body"]) != match["crc"]:
        return None
    return PresentedKey(match["type"], match["prefix"], _hash(match["body"]))


def issue(  # noqa: PLR0913  # each is a facet of a key
    tenant: Tenant,
    *,
    name: str,
    key_type: str = KeyType.LIVE,
    scopes: Collection[str] | None = None,
    channels: Collection[str] = (),
    life: timedelta = USUAL_LIFE,
    created_by: User | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; the second value is its text, shown once and stored nowhere.

    Without `channels` it may send over all. Raises InvalidKeySettings.
    """
    _check(key_type, default_scopes() if scopes is None else scopes, life)
    _check_channels(channels)
    key = ApiKey(
        tenant=tenant,
        name=name,
        key_type=key_type,
        scopes=sorted(default_scopes() if scopes is None else scopes),
        channels=sorted(channels),
        expires_at=timezone.now() + life,
        created_by=created_by,
    )
    return key, _store(key)


def rotate(
    old: ApiKey, *, overlap: timedelta = timedelta(days=7), by: User | None = None
) -> tuple[ApiKey, str]:
    """A fresh key with the old one's rights; the old one works on for `overlap`.

    Raises InvalidKeySettings if the old one has ended already.
    """
    now = timezone.now()
    if old.revoked_at is not None or old.expires_at <= now:
        raise InvalidKeySettings(
            _("This key has ended and cannot be rotated. Issue a new one.")
        )
    new = ApiKey(
        tenant=old.tenant,
        name=old.name,
        key_type=old.key_type,
        scopes=old.scopes,
        channels=old.channels,
        allowed_addresses=old.allowed_addresses,
        expires_at=now + USUAL_LIFE,
        created_by=by,
    )
    text = _store(new)
    old.expires_at = min(old.expires_at, now + overlap)
    old.save(update_fields=["expires_at"])
    return new, text


def revoke(key: ApiKey) -> None:
    """End a key; every process refuses it within settings.CACHE_SECONDS."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])


def _store(key: ApiKey) -> str:
    text = mint(key.key_type)
    presented = parse(text)
    if presented is None:
        raise InvalidKeySettings(_("The type must be live, team or test."))
    key.prefix = presented.prefix
    key.secret_hash = presented.secret_hash
    key.save(force_insert=True)
    return text


def _check(key_type: str, scopes: Collection[str], life: timedelta) -> None:
    if key_type not in KeyType.values:
        raise InvalidKeySettings(
            _("The type must be live, team or test."), field="keyType"
        )
    unknown = sorted(set(scopes) - ALL_SCOPES)
    if unknown or not scopes:
        raise InvalidKeySettings(
            _("Scopes must be some of %(known)s.")
            % {"known": ", ".join(sorted(ALL_SCOPES))},
            field="scopes",
        )
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise InvalidKeySettings(
            _("A key may live two years at most."), field="expiresAt"
        )


def _check_channels(channels: Collection[str]) -> None:
    known = settings.CHANNEL_LANES
    if not set(channels) <= set(known):
        raise InvalidKeySettings(
            _("Channels must be some of %(known)s.") % {"known": ", ".join(known)},
            field="channels",
        )


def _random(letters: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _index in range(letters))


def _crc(body: str) -> str:
    rest, letters = zlib.crc32(body.encode()), ""
    for _index in range(_CRC_LETTERS):
        rest, digit = divmod(rest, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    return letters


def _hash(body: str) -> bytes:
    return hmac.digest(settings.KEY_PEPPER.encode(), body.encode(), hashlib.sha256)
