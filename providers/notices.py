"""What Amazon SNS delivers by HTTPS: whether it is genuine, and what it wraps.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. Nothing
is fetched before the topic is known to be ours, and then from Amazon's own host alone;
a certificate is kept for as long as the process runs.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from django.utils.dateparse import parse_datetime

from notify_project import egress
from notify_project.remembering import Memory
from providers.answers import json_object
from providers.hooks import Forged, Hook

_SIGNER = "sns.amazonaws.com"
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-f]{32}\.pem")
_TOPIC = re.compile(r"arn:aws(?:-cn|-us-gov)?:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]+")
_OLDEST = timedelta(hours=1)
_AHEAD = timedelta(minutes=5)  # clocks differ
_HASHES = {"1": SHA1, "2": SHA256}
_NOTICE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_HANDSHAKE = (
    *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn"),
    "Type",
)
# What is signed, in this order, by the type; of a notice a subject only if it has one.
_SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": _NOTICE,
    "SubscriptionConfirmation": _HANDSHAKE,
    "UnsubscribeConfirmation": _HANDSHAKE,
}
_CERTIFICATE_BYTES = 20_000
_SECONDS = 5.0

_kept: Memory[str, x509.Certificate] = Memory(size=50, seconds=lambda: 86_400.0)


@dataclass(frozen=True, slots=True)
class Notice:
    """A genuine one. `kind` is "Notification" or a handshake's; `id` is SNS's own."""

    kind: str
    id: str
    message: str
    confirm_url: str = ""


def is_topic(text: str) -> bool:
    """Whether it is a topic's ARN."""
    return _TOPIC.fullmatch(text) is not None


def verified(hook: Hook, *, topics: Collection[str]) -> Notice:
    """Raises Forged. One GET for a certificate that was not seen before."""
    told = {
        name: text
        for name, text in json_object(hook.body).items()
        if isinstance(text, str)
    }
    topic = told.get("TopicArn", "")
    found = _TOPIC.fullmatch(topic)
    if topic not in topics or not found or told.get("Type") not in _SIGNED:
        raise Forged
    host = _host(found[1])
    _check_time(told.get("Timestamp", ""))
    certificate = _certificate(told.get("SigningCertURL", ""), host)
    _check_signature(told, certificate)
    confirm_url = ""
    if told["Type"] == "SubscriptionConfirmation":
        confirm_url = told.get("SubscribeURL", "")
        _check_host(confirm_url, host)
    return Notice(
        told["Type"], told.get("MessageId", ""), told.get("Message", ""), confirm_url
    )


def confirm(notice: Notice) -> None:
    """Tell SNS that the subscription is wanted; raises EgressError."""
    egress.request(
        "GET", notice.confirm_url, total_seconds=_SECONDS, max_bytes=_CERTIFICATE_BYTES
    )


def _host(region: str) -> str:
    ending = ".cn" if region.startswith("cn-") else ""
    return f"sns.{region}.amazonaws.com{ending}"


def _check_host(url: str, host: str) -> None:
    """Exactly this host, by HTTPS, at its usual port, as nobody in particular."""
    try:
        parts = urlsplit(url)
        right = (parts.scheme, parts.netloc) == ("https", host)
    except ValueError:
        right = False
    if not right:
        raise Forged


def _check_time(text: str) -> None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    now = datetime.now(UTC)
    if moment is None or moment.tzinfo is None:
        raise Forged
    if not now - _OLDEST <= moment <= now + _AHEAD:
        raise Forged


def _certificate(url: str, host: str) -> x509.Certificate:
    _check_host(url, host)
    if not _CERTIFICATE.fullmatch(url.removeprefix(f"https://{host}")):
        raise Forged
    kept = _kept.get(url)
    if kept is None:
        kept = _fetched(url)
        _kept.put(url, kept)
    now = datetime.now(UTC)
    if not kept.not_valid_before_utc <= now <= kept.not_valid_after_utc:
        raise Forged
    return kept


def _fetched(url: str) -> x509.Certificate:
    try:
        answer = egress.request(
            "GET", url, total_seconds=_SECONDS, max_bytes=_CERTIFICATE_BYTES
        )
        found = x509.load_pem_x509_certificate(answer.body)
    except (egress.EgressError, ValueError):
        raise Forged from None
    names = found.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    if answer.status != 200 or _SIGNER not in [str(one.value) for one in names]:
        raise Forged
    return found


def _check_signature(told: Mapping[str, str], certificate: x509.Certificate) -> None:
    names = [one for one in _SIGNED[told["Type"]] if one in told]
    signed = "".join(f"{name}\n{told[name]}\n" for name in names)
    hashing = _HASHES.get(told.get("SignatureVersion", ""))
    key = certificate.public_key()
    if hashing is None or not isinstance(key, rsa.RSAPublicKey):
        raise Forged
    try:
        signature = base64.b64decode(told.get("Signature", ""), validate=True)
        key.verify(signature, signed.encode(), padding.PKCS1v15(), hashing())
    except (binascii.Error, InvalidSignature, ValueError):
        raise Forged from None
