"""Sealed columns: AES-256-GCM, with the key's id in front and the column bound in.

Stored bytes: version (1), length of key id (1), key id, nonce (12), ciphertext and
tag. The associated data is "app.Model.field", so a value copied into another column
does not open. Keys come from SEALING_KEYS; the first writes, all read; the command
`rotate_sealing_keys` rewrites what an older key wrote.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_VERSION = 1
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """A sealed value was written by a key we do not hold, or was tampered with."""


@lru_cache(maxsize=4)
def _ring(keys: str) -> dict[str, AESGCM]:
    ring: dict[str, AESGCM] = {}
    for entry in filter(None, (part.strip() for part in keys.split(","))):
        name, _, secret = entry.partition(":")
        try:
            ring[name] = AESGCM(base64.b64decode(secret, validate=True))
        except (binascii.Error, ValueError):
            raise ImproperlyConfigured(
                f"SEALING_KEYS: key {name!r} is not 32 bytes in base64."
            ) from None
    if not ring:
        raise ImproperlyConfigured("SEALING_KEYS holds no key.")
    return ring


def primary_key_id() -> str:
    """The id of the key that writes."""
    return next(iter(_ring(settings.SEALING_KEYS)))


def seal(data: bytes, *, column: str) -> bytes:
    """Encrypt for one column; about five microseconds."""
    ring = _ring(settings.SEALING_KEYS)
    name, key = next(iter(ring.items()))
    nonce = os.urandom(_NONCE_BYTES)
    label = name.encode()
    sealed = key.encrypt(nonce, data, column.encode())
    return bytes((_VERSION, len(label))) + label + nonce + sealed


def open_sealed(sealed: bytes | bytearray, *, column: str) -> bytes:
    """Decrypt; raises CannotOpen."""
    name = key_id(sealed)
    key = _ring(settings.SEALING_KEYS).get(name)
    if key is None:
        raise CannotOpen(f"{column} was sealed with key {name!r}, not in SEALING_KEYS.")
    start = 2 + len(name.encode())
    nonce = sealed[start : start + _NONCE_BYTES]
    try:
        words = memoryview(sealed)[start + _NONCE_BYTES :]  # a file is large: no copy
        return key.decrypt(nonce, words, column.encode())
    except InvalidTag:
        raise CannotOpen(
            f"{column} was altered, or belongs to another column."
        ) from None


def key_id(sealed: bytes | bytearray) -> str:
    """The id of the key that wrote it; raises CannotOpen if it is no sealed value."""
    if len(sealed) < 2 or sealed[0] != _VERSION:
        raise CannotOpen("Not a sealed value.")
    return sealed[2 : 2 + sealed[1]].decode(errors="replace")


if TYPE_CHECKING:  # Django's fields are generic for the type checker only
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField


class SealedBinaryField(_Binary):
    """Bytes at rest only as ciphertext; in Python, plain bytes."""

    @property
    def column_label(self) -> str:
        """The associated data: the model that declared the column, and its name."""
        return f"{self.model._meta.label}.{self.name}"

    def encode(self, value: Any) -> bytes:
        """Python value to bytes."""
        return bytes(value)

    def decode(self, data: bytes) -> Any:
        """Bytes to Python value."""
        return data

    def get_db_prep_value(
        self, value: Any, connection: Any, prepared: bool = False
    ) -> Any:
        if value is not None:
            value = seal(self.encode(value), column=self.column_label)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return self.decode(open_sealed(bytes(value), column=self.column_label))

    def value_to_string(self, obj: models.Model) -> str:
        """Fixtures never hold what is sealed."""
        return ""

    def to_python(self, value: Any) -> Any:
        return value


class SealedTextField(SealedBinaryField):
    """Text, sealed."""

    empty_values = [None, ""]

    def encode(self, value: Any) -> bytes:
        return str(value).encode()

    def decode(self, data: bytes) -> str:
        return data.decode()

    def _check_str_default_value(self) -> list[Any]:
        # Django warns of a text as default of a BinaryField; here a text is the value.
        return []


class SealedJSONField(SealedBinaryField):
    """A JSON value, sealed; numbers, booleans and null come back as they went in."""

    def encode(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def decode(self, data: bytes) -> Any:
        return json.loads(data)
