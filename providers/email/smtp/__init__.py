"""Any mail server, over SMTP: https://www.rfc-editor.org/rfc/rfc5321.

Connections are pooled per account. One call takes `call_seconds` at most, whatever the
server does. answers.py has the table of what its answers mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from notify_project.egress.sockets import Meter
from providers.base import Accepted, Capability, DnsRecord, Provider, Receipt, Word
from providers.channels.email import EmailPayload
from providers.channels.mime import message_bytes, message_id
from providers.config import ProviderConfig, SecretStr, option
from providers.email.smtp.answers import Phase, lost
from providers.email.smtp.connection import (
    Connection,
    Endpoint,
    meter_for,
    tls_context,
)
from providers.email.smtp.pool import Limits, Pool
from providers.email.smtp.transaction import (
    StaleConnection,
    dot_stuffed,
    hand_over,
    in_step,
    opened,
)
from providers.errors import Permanent, ProviderError, Temporary

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def _ascii(value: str | SecretStr) -> str | None:
    text = value.reveal() if isinstance(value, SecretStr) else value
    return None if text.isascii() else _now("Use letters without accents (ASCII) only.")


@dataclass(frozen=True)
class SmtpConfig(ProviderConfig):
    """Where the mail server is, and who we are to it."""

    host: str = option(_("Server"), pattern=r"[A-Za-z0-9._:-]+", max=253)
    port: int = option(_("Port"), default=587, min=1, max=65535)
    security: str = option(
        _("Encryption"),
        default="starttls",
        choices={
            "starttls": _("STARTTLS (usually port 587)"),
            "tls": _("TLS from the start (usually port 465)"),
            "none": _("None (only inside a trusted network)"),
        },
    )
    username: str = option(_("User name"), default="", check=_ascii)
    password: SecretStr | None = option(_("Password"), check=_ascii)
    envelope_sender: str = option(
        _("Return path"),
        help=_("Address for bounces. Empty: the sender of each message."),
        default="",
        pattern=r"[^\s<>@,]{1,64}@[A-Za-z0-9.-]+",
    )
    helo_name: str = option(
        _("Our name"),
        help=_("What we call ourselves in EHLO. Empty: this machine's name."),
        default="",
        pattern=r"[A-Za-z0-9.-]+|\[[A-Za-z0-9.:]+\]",
    )
    connections: int = option(
        _("Connections at once, per process"), default=8, min=1, max=50
    )
    messages_per_connection: int = option(
        _("Messages per connection"), default=100, min=1, max=10_000
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.username and not self.password:
            yield "password", _now("A user name needs a password.")
        if self.password and not self.username:
            yield "username", _now("A password needs a user name.")
        if self.username and self.security == "none" and self.host not in _HERE:
            yield (
                "security",
                _now("A password is not sent unencrypted. Choose TLS or STARTTLS."),
            )


class Smtp(Provider[EmailPayload]):
    """Hands a mail to the configured server; others may refuse it later.

    `Accepted.receipts` names the recipients that the server refused while it took
    the others. `provider_ref` is the Message-ID.
    """

    label = "SMTP"
    docs_url = "https://www.rfc-editor.org/rfc/rfc5321"
    config_class = SmtpConfig
    capabilities = frozenset({Capability.ATTACHMENTS})
    recipients_per_call = 50
    call_seconds = 15.0

    def __init__(self, config: ProviderConfig) -> None:
        super().__init__(config)
        self._endpoint = Endpoint(
            host=self.config.host,
            port=self.config.port,
            security=self.config.security,
            context=tls_context(str(getattr(settings, "EGRESS_CA_FILE", ""))),
            helo=self.config.helo_name,
        )
        limits = Limits(self.config.connections, self.config.messages_per_connection)
        self._pool = Pool(self._open, limits)

    def send(self, payload: EmailPayload) -> Accepted:
        """One MAIL transaction for the whole envelope; see the class."""
        try:
            stuffed = dot_stuffed(message_bytes(payload))
        except (ValueError, UnicodeError):
            raise Permanent("The message cannot be written as a mail.") from None
        meter = meter_for(self.call_seconds)
        try:
            return self._attempt(payload, stuffed, meter)
        except StaleConnection:
            # It had died while idle, before MAIL was answered: surely not sent.
            return self._attempt(payload, stuffed, meter, anew=True)

    def _attempt(
        self, payload: EmailPayload, stuffed: bytes, meter: Meter, *, anew: bool = False
    ) -> Accepted:
        """On one connection; StaleConnection only from one that was used before."""
        connection, used = self._pool.take(meter, anew=anew)
        sender = self.config.envelope_sender or payload.sender
        try:
            words, refused = hand_over(connection, sender, payload.recipients, stuffed)
        except StaleConnection as gone:
            self._pool.drop(connection)
            if used:
                raise
            raise lost(Phase.ENVELOPE, str(gone)) from None
        except BaseException:
            self._give_in_step(connection)
            raise
        self._pool.give(connection)
        return Accepted(
            provider_ref=message_id(payload),
            detail=words,
            receipts=tuple(
                _receipt(payload, address, error) for address, error in refused.items()
            ),
        )

    def _give_in_step(self, connection: Connection) -> None:
        if in_step(connection):
            self._pool.give(connection)
        else:
            self._pool.drop(connection)

    def _open(self, meter: Meter) -> Connection:
        return opened(
            self._endpoint,
            meter,
            username=self.config.username,
            password=self.config.password,
        )

    def check(self) -> str:
        """Connect, encrypt and sign in, without sending."""
        connection = self._open(meter_for(self.call_seconds))
        encryption = connection.encryption or _now("no encryption")
        connection.hang_up()
        return _now("%(host)s answers on port %(port)s (%(encryption)s).") % {
            "host": self.config.host,
            "port": self.config.port,
            "encryption": encryption,
        }

    def dns_records(self, domain: str) -> Sequence[DnsRecord]:
        """The server itself in SPF; with which key it signs, only its people know."""
        host: str = self.config.host
        if "." not in host or ":" in host or host.replace(".", "").isdigit():
            return ()
        return (DnsRecord("SPF", domain, "TXT", f"a:{host}"),)

    def close(self) -> None:
        """Close idle connections; the next call opens new ones."""
        self._pool.close()


def _receipt(payload: EmailPayload, address: str, error: ProviderError) -> Receipt:
    later = isinstance(error, Temporary)
    return Receipt(
        word=Word.TEMP_FAILED if later else Word.PERM_FAILED,
        provider_ref=message_id(payload),
        message_id=payload.message_id,
        address=address,
        code=error.code,
        detail=error.detail,
    )
