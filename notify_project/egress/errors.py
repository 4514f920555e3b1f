"""What can go wrong on the way out, told apart by whether anything was sent.

The sentences never hold the URL (it may be a secret), an address found in DNS, or
a byte of what the target said.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCES: dict[str, str | Promise] = {
    "url": _("The URL cannot be read. Give a complete https:// address."),
    "userinfo": _("The URL must not hold a user name or a password."),
    "scheme": _("Only https:// URLs are allowed."),
    "port": _("The port is not allowed. Use 443 or 8443."),
    "address": _("The address is not allowed."),
    "method": _("The HTTP method is not allowed."),
    "header": _("A request header is not allowed or holds a character it may not."),
    "dns": _("The host name could not be resolved. Check its spelling."),
    "dns_timeout": _("The host name was not resolved in time."),
    "connect": _("The connection was refused or the host is not reachable."),
    "connect_timeout": _("The host did not take the connection in time."),
    "tls": _("No secure connection: check the certificate and the name in it."),
    "timeout": _("No complete answer came in time."),
    "broken": _("The connection ended before a complete, readable answer."),
    "too_large": _("The answer's headers are too many or too large."),
}


class EgressError(Exception):
    """An exchange that brought no answer; `code` is a key of the table above."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def detail(self) -> str:
        """A sentence in the reader's language, safe to show to a tenant."""
        return str(_SENTENCES[self.code])

    def __str__(self) -> str:
        return self.detail


class EgressRefused(EgressError):
    """Our own rules forbid it: nothing was sent, and trying again will not help."""


class EgressNotSent(EgressError):
    """DNS, connection or TLS failed, or time ran out: nothing was sent."""


class EgressNoAnswer(EgressError):
    """The request was, or may have been, written, and no complete answer came.

    `status` is the HTTP status where the head of an answer did arrive and its body
    did not; otherwise None.
    """

    def __init__(self, code: str, *, status: int | None = None) -> None:
        super().__init__(code)
        self.status = status
