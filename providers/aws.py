"""What the Amazon services have in common: how a request is signed, how one refuses.

Signature version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html.
docs/decisions/0016-amazon-without-its-sdk.md says why it is written here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import Verdict, exchange, json_object
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Temporary

_DEFAULT_PORTS = {"https": 443, "http": 80}
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,80}")
_XML_CODE = re.compile(rb"<Code>([A-Za-z0-9.]{1,80})</Code>")

_CREDENTIALS = Verdict(
    Misconfigured,
    _lazy("Amazon refused the credentials, or they may not do this."),
)
_CLOCK = Verdict(
    Misconfigured, _lazy("Amazon finds our clock wrong. Set this machine's time.")
)
_BUSY = Verdict(Temporary, _lazy("Amazon asks us to slow down."), throttled=True)

# What every service may say: https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html
VERDICTS: Mapping[str, Verdict] = {
    **dict.fromkeys(
        (
            "AccessDenied",
            "AccessDeniedException",
            "AuthorizationError",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "NotAuthorized",
            "OptInRequired",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ),
        _CREDENTIALS,
    ),
    **dict.fromkeys(("RequestExpired", "RequestTimeTooSkewed"), _CLOCK),
    **dict.fromkeys(
        ("Throttling", "ThrottlingException", "Throttled", "ThrottledException"), _BUSY
    ),
    **dict.fromkeys(("RequestLimitExceeded", "TooManyRequestsException"), _BUSY),
}


@dataclass(frozen=True)
class AmazonConfig(ProviderConfig):
    """A region and a key: what all Amazon services are given."""

    region: str = option(
        _lazy("Region"),
        help=_lazy("Such as ca-central-1 or eu-west-1."),
        pattern="[a-z0-9-]+",
        max=30,
    )
    access_key_id: str = option(
        _lazy("Access key ID"), pattern="[A-Za-z0-9]+", min=16, max=128
    )
    secret_access_key: SecretStr = option(_lazy("Secret access key"))
    api_base: str = option(
        _lazy("API address"),
        help=_lazy("Empty: the service's own in that region."),
        default="",
        url=True,
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs requests to one service of one region."""

    service: str
    region: str
    access_key_id: str
    secret_access_key: SecretStr

    def headers(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
    ) -> dict[str, str]:
        """The given headers with those that prove who asks."""
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        sent = {**headers, "X-Amz-Date": stamp}
        signed = {name.lower(): value.strip() for name, value in sent.items()}
        signed["host"] = _host(url)
        names = ";".join(sorted(signed))
        canonical = "\n".join([*_head(method, url, signed), names, _sha256(body)])
        scope = f"{stamp[:8]}/{self.region}/{self.service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{_sha256(canonical.encode())}"
        signature = _hmac(self._key(stamp[:8]), text).hex()
        sent["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key_id}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return sent

    def _key(self, day: str) -> bytes:
        key = b"AWS4" + self.secret_access_key.reveal().encode()
        for part in (day, self.region, self.service, "aws4_request"):
            key = _hmac(key, part)
        return key


def ask(  # noqa: PLR0913 - one request, by name
    signer: Signer,
    method: str,
    url: str,
    *,
    content_type: str = "application/json",
    accept: str = "application/json",
    body: bytes = b"",
    total_seconds: float,
    max_bytes: int = 100_000,
) -> egress.Response:
    """One signed exchange; raises what `exchange` raises."""
    given = {"Content-Type": content_type, "Accept": accept}
    headers = signer.headers(
        method, url, headers=given, body=body, now=datetime.now(UTC)
    )
    return exchange(
        method,
        url,
        headers=headers,
        body=body or None,
        total_seconds=total_seconds,
        max_bytes=max_bytes,
    )


def address(config: AmazonConfig, host: str) -> str:
    """Where a service is, without a slash at the end; China has a domain of its own."""
    if config.api_base:
        return config.api_base.rstrip("/")
    domain = "amazonaws.com.cn" if config.region.startswith("cn-") else "amazonaws.com"
    return f"https://{host}.{config.region}.{domain}"


def signer(config: AmazonConfig, service: str) -> Signer:
    """Of an account's settings."""
    return Signer(
        service, config.region, config.access_key_id, config.secret_access_key
    )


def error_word(response: egress.Response) -> str:
    """The service's own name of an error; "" where it gave none.

    In JSON services it is in a header or in "__type", with a namespace around it; in
    the older ones in XML.
    """
    told = json_object(response.body)
    given = response.headers.get("x-amzn-errortype") or told.get("__type")
    bare = str(given or "").partition(":")[0].rpartition("#")[2]
    if _WORD.fullmatch(bare):
        return bare
    found = _XML_CODE.search(response.body)
    return found[1].decode() if found else ""


def error_words(response: egress.Response) -> str:
    """What the service says of an error, to be judged, never to be shown."""
    told = json_object(response.body)
    return str(told.get("message") or told.get("Message") or "")


def _head(method: str, url: str, signed: Mapping[str, str]) -> Iterator[str]:
    """The canonical request without its last two lines; paths are encoded twice."""
    parts = urlsplit(url)
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    yield method
    yield quote(parts.path or "/", safe="/-_.~")
    yield "&".join(f"{name}={value}" for name, value in pairs)
    yield from (f"{name}:{signed[name]}" for name in sorted(signed))
    yield ""


def _host(url: str) -> str:
    """As the HTTP client writes it: the port only where it is not the usual one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    usual = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme))
    return host if usual else f"{host}:{parts.port}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
