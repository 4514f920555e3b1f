"""One SMTP connection that never outlives its deadline, whatever the server does.

The sockets are those of notify_project/egress: vetted addresses, deadlines that hold.
"""

from __future__ import annotations

import ipaddress
import select
import smtplib
import socket
import ssl
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from notify_project.egress import allowed_addresses
from notify_project.egress.sockets import (
    DeadlineSocket,
    DeadlineTLSSocket,
    Meter,
    connect,
)
from providers.email.smtp.answers import Phase, refusal
from providers.errors import Misconfigured, Permanent, ProviderError, redacted

CONNECT_SECONDS = 3.0
_ANSWER_BYTES = 100_000  # of one call; more is no SMTP server but an attack
# Written at once without waiting. Longer ones might fill both sides' buffers, and then
# each would wait for the other (RFC 2920 section 3.1).
_GROUP_BYTES = 4096


def meter_for(seconds: float) -> Meter:
    """What one call may use: time, and bytes of the server's answers."""
    return Meter(deadline=time.monotonic() + seconds, allowance=_ANSWER_BYTES)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect and how; `security` is tls, starttls or none."""

    host: str
    port: int
    security: str
    context: ssl.SSLContext
    helo: str = ""


def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """Certificates and host names are verified; TLS 1.2 or newer."""
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = DeadlineTLSSocket
    return context


class Connection(smtplib.SMTP):
    """An open session. Made by `opened`; one thread at a time."""

    def __init__(self, endpoint: Endpoint, meter: Meter) -> None:
        super().__init__(local_hostname=endpoint.helo or "localhost")
        self.endpoint = endpoint
        self.meter = meter
        self.peer = ""
        self.sent = 0
        self.idle_since = 0.0
        self._ahead: deque[str] = deque()  # written, but not answered yet

    @classmethod
    def opened(cls, endpoint: Endpoint, meter: Meter) -> Connection:
        """Connected to a vetted address, greeted and, if so wanted, encrypted.

        Raises EgressError, a ProviderError for an answer, OSError or SMTPException.
        """
        connection = cls(endpoint, meter)
        try:
            connection._open()
        except BaseException:
            connection.close()
            raise
        return connection

    def start(self, meter: Meter) -> None:
        """Put the next call under `meter`."""
        self.meter = meter
        if isinstance(self.sock, DeadlineSocket | DeadlineTLSSocket):
            self.sock.meter = meter

    def is_fresh(self) -> bool:
        """Whether nobody has closed it and nothing came unasked (a 421, say)."""
        if self.sock is None or (self.file is not None and self.file.closed):
            return False
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return False
        watch = select.poll()  # select() fails from file number 1024 on
        watch.register(self.sock, select.POLLIN)
        return not watch.poll(0)

    def _open(self) -> None:
        seconds = min(CONNECT_SECONDS, self.meter.deadline - time.monotonic())
        addresses = allowed_addresses(self.endpoint.host, seconds=seconds)
        raw = connect(
            addresses,
            self.endpoint.port,
            deadline=min(self.meter.deadline, time.monotonic() + CONNECT_SECONDS),
        )
        raw.meter = self.meter
        self.sock = raw
        self.peer = str(raw.getpeername()[0])
        if not self.endpoint.helo:
            self.local_hostname = _own_name(raw)
        if self.endpoint.security == "tls":
            self._encrypt()
        self._expect(self.getreply())
        self._hello()
        if self.endpoint.security == "starttls":
            self._start_tls()

    def _hello(self) -> None:
        status, text = self.ehlo()
        if not 200 <= status <= 299:
            status, text = self.helo()
        self._expect((status, text))

    def _start_tls(self) -> None:
        """RFC 3207; `_encrypt` forgets whatever was said in the clear, so nobody in
        between can put words into the encrypted session's mouth."""
        if not self.has_extn("starttls"):
            raise Misconfigured(
                "The server does not offer STARTTLS. Choose TLS or another port.",
                code="no_starttls",
            )
        self._expect(self.docmd("STARTTLS"))
        self._encrypt()
        self._hello()

    def _encrypt(self) -> None:
        assert isinstance(self.sock, DeadlineSocket)
        self.meter.arm(self.sock)  # OpenSSL's handshake takes it as a total
        wrapped = self.endpoint.context.wrap_socket(
            self.sock, server_hostname=self.endpoint.host
        )
        assert isinstance(wrapped, DeadlineTLSSocket)
        wrapped.meter = self.meter
        self.sock = wrapped
        self.file = None
        self.esmtp_features = {}
        self.ehlo_resp = None
        self.helo_resp = None

    @property
    def encryption(self) -> str:
        """The TLS version, or "" for none."""
        return self.sock.version() or "" if isinstance(self.sock, ssl.SSLSocket) else ""

    def authenticate(self, username: str, password: str) -> None:
        """AUTH, only over TLS or to this very machine; raises a ProviderError."""
        if not self.encryption and not ipaddress.ip_address(self.peer).is_loopback:
            raise Misconfigured(
                "The password is not sent over an unencrypted connection. "
                "Choose TLS or STARTTLS.",
                code="unencrypted_auth",
            )
        try:
            self.login(username, password)
        except smtplib.SMTPNotSupportedError:
            raise Misconfigured(
                "The server takes no password on this port.", code="no_auth"
            ) from None
        except smtplib.SMTPResponseException as answer:
            raise refusal(
                Phase.SESSION,
                answer.smtp_code,
                text_of(answer.smtp_error),
                secrets=(password, username, f"\0{username}\0{password}"),
            ) from None

    def say_ahead(self, sender: str, recipients: Sequence[str], size: int) -> None:
        """MAIL, each RCPT and DATA in one write, if the server offers that (RFC 2920).

        `mail_from`, `rcpt_to` and `content` then only read the answers: one round trip
        instead of three or more. Raises what `mail_from` does.
        """
        options = "".join(f" {one}" for one in self._sized(size))
        lines = [
            f"mail FROM:<{sender}>{options}",
            *(f"rcpt TO:<{one}>" for one in recipients),
            "DATA",
        ]
        group = "".join(f"{line}\r\n" for line in lines)
        simple = group.count("\r") == group.count("\n") == len(lines)
        if self.has_extn("pipelining") and len(group) <= _GROUP_BYTES and simple:
            self.send(group)
            self._ahead = deque(lines)

    def caught_up(self) -> bool:
        """Read the answers that nobody has waited for; False if we are in a mail."""
        while self._ahead:
            line = self._ahead.popleft()
            status, _text = self.getreply()
            if line == "DATA" and status == 354:
                return False
        return True

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Write a command, unless it was written ahead."""
        if not self._ahead:
            super().putcmd(cmd, args)
        elif self._ahead.popleft() != f"{cmd} {args}".strip():
            raise smtplib.SMTPException(f"{cmd} is not what was said ahead.")

    def mail_from(self, sender: str, size: int) -> None:
        """MAIL; raises a ProviderError for an answer, also if `size` is too much."""
        options = "".join(f" {one}" for one in self._sized(size))
        self.putcmd("mail", f"FROM:<{sender}>{options}")
        self._expect(self.getreply(), Phase.ENVELOPE)

    def _sized(self, size: int) -> list[str]:
        """The option of MAIL that tells the size (RFC 1870)."""
        limit = self.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < size:
            raise Permanent("The message is larger than the server takes.", code="552")
        return [f"size={size}"] if self.has_extn("size") else []

    def rcpt_to(self, recipients: Sequence[str]) -> dict[str, ProviderError]:
        """RCPT for each; returns the refused ones with the reason."""
        refused = {}
        for address in recipients:
            self.putcmd("rcpt", f"TO:<{address}>")
            status, text = self.getreply()
            if 200 <= status <= 299:
                continue
            refused[address] = refusal(Phase.ENVELOPE, status, text_of(text))
            if status in (421, -1):
                self.close()
                raise refused[address]
        return refused

    def _expect(
        self, answer: tuple[int, bytes], phase: Phase = Phase.SESSION
    ) -> tuple[int, bytes]:
        if not 200 <= answer[0] <= 299:
            if answer[0] in (421, -1):
                self.close()
            raise refusal(phase, answer[0], text_of(answer[1]))
        return answer

    def content(self, stuffed: bytes) -> None:
        """DATA and everything but the final dot, lines already dot-stuffed."""
        status, text = self.docmd("DATA")
        if status != 354:
            raise refusal(Phase.ENVELOPE, status, text_of(text))
        self.send(stuffed)

    def dot(self) -> str:
        """The final dot; returns the server's words. From here on it is the server's.

        Raises a ProviderError for an answer, OSError or SMTPException for none.
        """
        self.send(b".\r\n")
        _status, text = self._expect(self.getreply(), Phase.DOT)
        self.sent += 1
        return redacted(text_of(text))

    def hang_up(self) -> None:
        """QUIT without waiting for the answer, and close."""
        try:
            self.start(meter_for(0.2))
            if self.sock is not None:
                self.sock.sendall(b"QUIT\r\n")
        except OSError:
            pass  # it was closing anyway
        finally:
            self.close()


def text_of(answer: bytes | str) -> str:
    """A server's words as text."""
    return answer if isinstance(answer, str) else answer.decode("utf-8", "replace")


def _own_name(raw: socket.socket) -> str:
    """Our name for EHLO without asking DNS: RFC 5321 section 4.1.3's literal else."""
    name = socket.gethostname()
    if "." in name:
        return name
    address = str(raw.getsockname()[0])
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
