"""Mail servers on loopback: a real one that counts, and raw ones that misbehave."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from providers.channels.email import EmailPayload


def mail(**changes) -> EmailPayload:
    """A small mail; a test names only what it is about."""
    given = {
        "message_id": uuid4(),
        "reference": "0199-ref",
        "sender": "office@dept.example.org",
        "sender_name": "The Office",
        "to": ("ann@example.org",),
        "cc": (),
        "bcc": (),
        "subject": "Hello",
        "text": "Good day",
        "html": "",
    }
    return EmailPayload(**{**given, **changes})


@dataclass
class Mailbox:
    """What aiosmtpd took: (envelope sender, recipients, bytes as they came)."""

    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    connections: int = 0
    refuse: dict[str, str] = field(default_factory=dict)  # address -> answer
    port: int = 0
    pipelining: bool = False

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        offered = ["250-PIPELINING"] if self.pipelining else []
        return [*responses[:-1], *offered, responses[-1]]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(
            (envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content)
        )
        return "250 2.0.0 Ok: queued as ABC123"


def _counting(mailbox: Mailbox) -> type[SMTP]:
    class Counting(SMTP):
        def connection_made(self, transport):
            if self.transport is None:  # else it is the same, now over TLS
                mailbox.connections += 1
            super().connection_made(transport)

    return Counting


@contextlib.contextmanager
def mail_server(
    *,
    context: ssl.SSLContext | None = None,
    security: str = "none",
    password: str = "",
    **options,
) -> Iterator[Mailbox]:
    """aiosmtpd on a free port; `password` makes it ask for user "joe"."""
    mailbox = Mailbox()
    counting = _counting(mailbox)

    def authenticate(server, session, envelope, mechanism, data):
        right = data.password == password.encode() and data.login == b"joe"
        return AuthResult(success=right, handled=False)

    if password:
        options |= {
            "authenticator": authenticate,
            "auth_required": True,
            "auth_require_tls": security == "starttls",
        }
    if security == "starttls":
        options["tls_context"] = context

    class Ours(Controller):
        def factory(self):
            return counting(self.handler, **self.SMTP_kwargs)

    controller = Ours(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if security == "tls" else None,
        **options,
    )
    controller.start()
    mailbox.port = controller.port
    mailbox.connections = 0  # the controller looks whether it is up
    try:
        yield mailbox
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Line:
    """One accepted connection, spoken to by a script."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.heard = b""

    def say(self, *lines: str) -> None:
        self.sock.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def hear(self, end: bytes = b"\r\n") -> bytes:
        """Read until `end`; what came is also kept in `heard`."""
        got = b""
        while not got.endswith(end):
            piece = self.sock.recv(65536)
            if not piece:
                raise ConnectionError
            got += piece
        self.heard += got
        return got

    def greet(self, *features: str) -> None:
        self.say("220 stub")
        self.hear()
        lines = ["stub", *features]
        self.say(*(f"250-{one}" for one in lines[:-1]), f"250 {lines[-1]}")

    def until_data(self) -> None:
        """MAIL, one RCPT and DATA, all accepted."""
        for answer in ("250 ok", "250 ok", "354 go"):
            self.hear()
            self.say(answer)


@dataclass
class Stub:
    port: int
    lines: list[Line] = field(default_factory=list)

    @property
    def heard(self) -> bytes:
        return b"".join(line.heard for line in self.lines)


@contextlib.contextmanager
def stub_server(*scripts: Callable[[Line], None]) -> Iterator[Stub]:
    """A server that plays one script per connection, then closes it."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)
    stub = Stub(listener.getsockname()[1])

    def serve() -> None:
        for script in scripts:
            with contextlib.suppress(OSError):
                sock, _peer = listener.accept()
                sock.settimeout(20)
                line = Line(sock)
                stub.lines.append(line)
                with contextlib.suppress(OSError), sock:
                    script(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        listener.close()
        thread.join(timeout=5)


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server context and the file of the authority that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    authority = folder / f"{name}.pem"
    authority.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / f"{name}.key"
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, secret)
    return context, authority
