"""What a provider's answer means to us: four words, and what each permits.

The vendor's answer travels along as `code`, `detail` and `http_status`; never a
secret, never an address. An exception that an adapter did not turn into one of
these counts as Unknown (settled: it may have been sent).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class ProviderError(Exception):
    """A message was not handed over, or we cannot tell.

    `detail` is shown to tenants and support: the vendor's own words, shortened to
    300 characters, without secrets and addresses. `code` is the vendor's code.
    """

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        http_status: int | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail[:300]
        self.code = code[:60]
        self.http_status = http_status
        self.retry_after_seconds = retry_after_seconds


class Temporary(ProviderError):
    """Surely not sent; the same call may work later, here or elsewhere.

    `throttled` means that the provider asks us to slow down: no try is spent and the
    whole account pauses until `retry_after_seconds`. `personal` means that it may be
    due to this message or its recipient, and says little of the provider.
    """

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        http_status: int | None = None,
        retry_after_seconds: float | None = None,
        throttled: bool = False,
        personal: bool = False,
    ) -> None:
        super().__init__(
            detail,
            code=code,
            http_status=http_status,
            retry_after_seconds=retry_after_seconds,
        )
        self.throttled = throttled
        self.personal = personal


class Permanent(ProviderError):
    """Surely not sent, and never will be as it stands."""


class Misconfigured(ProviderError):
    """Surely not sent: the account's credentials or settings are wrong."""


class Unknown(ProviderError):
    """It may have been sent: the request left us and no clear answer came back."""


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """A vendor's own words, fit for `detail`, in 250 characters.

    Without the given secrets (also in base64), e-mail addresses and control characters.
    Phone numbers stay: queue ids and times look the same. Who texts drops the words.
    """
    for secret in filter(None, secrets):
        for shape in (secret, base64.b64encode(secret.encode()).decode()):
            text = text.replace(shape, "(secret)")
    text = _CONTROL.sub(" ", text)
    return _ADDRESS.sub("(address)", text).strip()[:250]
