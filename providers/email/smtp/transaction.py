"""One mail over one connection, and every way in which that ends, as our errors.

RFC 5321 section 3.3; section 2.6 of the delivery rules: nothing was sent before the
final dot, and nobody knows after it.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence

from notify_project.egress import EgressError, EgressRefused
from notify_project.egress.sockets import Meter
from providers.config import SecretStr
from providers.email.smtp.answers import Phase, lost, worst
from providers.email.smtp.connection import Connection, Endpoint
from providers.errors import Misconfigured, ProviderError, Temporary

_LOST = (OSError, smtplib.SMTPException)


class StaleConnection(Exception):
    """The connection died before MAIL was answered: the message never began."""


def opened(
    endpoint: Endpoint, meter: Meter, *, username: str, password: SecretStr | None
) -> Connection:
    """A connection that is ready for MAIL; raises a ProviderError."""
    try:
        connection = Connection.opened(endpoint, meter)
        if username and password:
            _authenticate(connection, username, password)
    except EgressRefused as refused:
        raise Misconfigured(refused.detail, code="address_not_allowed") from None
    except EgressError as failed:
        raise Temporary(failed.detail, code=failed.code) from None
    except ssl.SSLError as failed:
        why = getattr(failed, "verify_message", "") or failed.reason or ""
        raise Temporary(f"No secure connection. {why}".strip(), code="tls") from None
    except TimeoutError:
        raise Temporary("The server did not answer in time.", code="timeout") from None
    except _LOST:
        raise lost(Phase.SESSION, "The server could not be reached.") from None
    return connection


def _authenticate(connection: Connection, username: str, password: SecretStr) -> None:
    try:
        connection.authenticate(username, password.reveal())
    except BaseException:
        connection.close()
        raise


def hand_over(
    connection: Connection, sender: str, recipients: Sequence[str], stuffed: bytes
) -> tuple[str, dict[str, ProviderError]]:
    """Send one mail; returns the server's words and the recipients it refused.

    1. MAIL. If the line is dead, StaleConnection.
    2. RCPT for each, then DATA and all but the final dot. A loss is Temporary.
       Where the server lets us, the commands of 1 and 2 are written in one go.
    3. The final dot. A loss is Unknown.

    Raises a ProviderError, also if every recipient is refused. The connection is
    closed unless it can still be spoken to.
    """
    try:
        connection.say_ahead(sender, recipients, len(stuffed))
        connection.mail_from(sender, len(stuffed))
    except _LOST as gone:
        connection.close()
        raise StaleConnection(_why(gone)) from None
    try:
        refused = connection.rcpt_to(recipients)
        if len(refused) == len(recipients):
            raise worst(refused.values())
        connection.content(stuffed)
    except _LOST as gone:
        connection.close()
        raise lost(Phase.CONTENT, _why(gone)) from None
    try:
        return connection.dot(), refused
    except _LOST as gone:
        connection.close()
        raise lost(Phase.DOT, _why(gone)) from None


def in_step(connection: Connection) -> bool:
    """After a refusal: whether RSET makes the connection good for another mail."""
    if connection.sock is None:
        return False
    try:
        if not connection.caught_up():
            return False
        status, _text = connection.rset()
    except _LOST:
        return False
    return 200 <= status <= 299


def _why(gone: Exception) -> str:
    # smtplib wraps a time-out into "Connection unexpectedly closed: timed out".
    if isinstance(gone, TimeoutError) or isinstance(gone.__context__, TimeoutError):
        return "The server did not answer in time."
    return "The connection to the server broke off."


def dot_stuffed(message: bytes) -> bytes:
    """RFC 5321 section 4.5.2; ends in CRLF. Lines already end in CRLF only."""
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
