"""E-mail: addresses, subject and body, attachments, custom headers, and their limits.

RFC 5321 and 5322 as far as we send them: one bare address per entry, ASCII local
parts, host names in punycode. mime.py turns an `EmailPayload` into bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import email_validator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop

from providers.channels.base import (
    Channel,
    ContentField,
    HandOver,
    InvalidAddress,
    InvalidContent,
    check_line,
)
from providers.files import File

SUBJECT_LENGTH = 255
NAME_LENGTH = 100
FILES = 10
FILE_BYTES = 10_000_000
FILES_BYTES = 25_000_000
HEADERS = 20
HEADER_LENGTH = 900  # the line, name included, must stay under RFC 5322's 998

_EXTENSION_HEADER = re.compile(r"X-[A-Za-z0-9-]{1,60}")
_STANDARD_HEADERS = frozenset(
    {
        "auto-submitted",
        "importance",
        "in-reply-to",
        "list-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "precedence",
        "priority",
        "references",
    }
)
# Relays take orders from these: X-SMTPAPI can even add recipients.
_RELAY_HEADERS = re.compile(
    r"x-(smtpapi|ses-|mc-|mailgun-|mailjet-|mj-|pm-|msys-|sib-|sg-|postmark-)", re.I
)
_DOT = re.compile("[.\u3002\uff0e\uff61]")  # UTS 46 reads all four as a dot
_ENCODED_WORD = re.compile(r"=\?[^?]{1,40}\?[bq]\?", re.IGNORECASE)  # RFC 2047
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w.+!#$&^-]{0,99}/[A-Za-z0-9][\w.+!#$&^-]{0,99}")


class InvalidHeader(InvalidContent):
    """A custom header that may not be set, or not so."""

    code = "invalid_header"
    title = gettext_noop("A custom header is not allowed")


class InvalidAttachment(InvalidContent):
    """A file that cannot go along."""

    code = "invalid_attachment"
    title = gettext_noop("An attachment cannot be sent")


@dataclass(frozen=True, slots=True)
class EmailPayload:
    """One envelope. Addresses are normalised, texts rendered; text or html may be "".

    `reference` is the same in all attempts at one message; Message-ID is made of it.
    """

    message_id: UUID
    reference: str
    sender: str
    sender_name: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    reply_to: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[File, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody on the envelope, each once, in the order to, cc, bcc."""
        return tuple(dict.fromkeys((*self.to, *self.cc, *self.bcc)))


class Email(Channel):
    """The channel "email"."""

    code = "email"
    label = _lazy("E-mail")
    label_plural = _lazy("E-mails")
    address_label = _lazy("E-mail address")
    content_fields = (
        ContentField("subject", _lazy("Subject"), max_length=SUBJECT_LENGTH),
        ContentField("body", _lazy("Body"), multiline=True, html=True),
    )
    body_types = ("text", "html", "markdown", "mjml")
    payload_class = EmailPayload
    max_recipients = 50
    attachments = True
    needs_sender = True

    def normalise(self, address: str, *, region: str = "") -> str:
        """Local part as given, "@", host name in lower case and punycode.

        Refused: anything but exactly one bare address, quoted local parts, address
        literals, and local parts beyond ASCII, which few servers take (RFC 6531).
        """
        bare = address.strip(" ")
        _refuse_other_than_bare(bare)
        try:
            found = email_validator.validate_email(
                bare,
                check_deliverability=False,
                allow_smtputf8=False,
                allow_quoted_local=False,
                allow_domain_literal=False,
                allow_display_name=False,
                test_environment=True,  # RFC 2606's .test, for trying things out
            )
        except email_validator.EmailNotValidError:
            raise InvalidAddress(
                _(
                    "This is not a valid e-mail address. Give one such as "
                    "jane@example.org."
                )
            ) from None
        return f"{found.local_part}@{found.ascii_domain.lower()}"

    def finish(self, texts: Mapping[str, str], *, path: str) -> dict[str, str]:
        """The subject without the blanks around it: no reader would get to see them."""
        checked = super().finish(texts, path=path)
        return {**checked, "subject": checked["subject"].strip(" ")}

    def payload(self, order: HandOver) -> EmailPayload:
        is_html = order.body_type == "html"
        return EmailPayload(
            message_id=order.message_id,
            reference=order.reference,
            sender=order.sender,
            sender_name=order.sender_name,
            to=order.to,
            cc=order.cc,
            bcc=order.bcc,
            subject=order.texts["subject"],
            text=order.texts.get("text", "") if is_html else order.texts["body"],
            html=order.texts["body"] if is_html else "",
            reply_to=order.reply_to,
            headers=order.headers,
            attachments=order.files,
        )

    def check_extras(
        self, headers: Mapping[str, str], files: Sequence[File], *, path: str
    ) -> None:
        check_headers(headers, field=f"{path}headers")
        check_attachments(files, field=f"{path}attachments")

    def folded(self, normalised: str) -> str:
        """Lower case: no mail system in use tells Jane@ from jane@."""
        return normalised.lower()


def _refuse_other_than_bare(bare: str) -> None:
    """Say what is wrong in words of its own where people often go wrong."""
    local, at, host = bare.rpartition("@")
    wrong = (
        not bare,
        not _is_line(bare),
        not at,
        re.search(r"[,;\s]", bare) is not None,
        re.search(r'[<>"()\\\[\]]', bare) is not None,
        _ENCODED_WORD.search(bare) is not None,
        not local.isascii(),
        len(local) > 64,
        len(bare) > 254,
        not _DOT.search(host[1:-1]),
    )
    if any(wrong):
        raise InvalidAddress(str(_NOT_BARE[wrong.index(True)]))


# In the order asked above; translated only when told, for lists have thousands.
_NOT_BARE = (
    _lazy("The e-mail address is empty."),
    _lazy("The address contains a line break or control mark."),
    _lazy("This is not an e-mail address: it has no @."),
    _lazy("Give exactly one address: no commas, semicolons or spaces."),
    _lazy("Give the bare address, without a name, quotes or brackets."),
    _lazy("The address looks like an encoded word. Give it as it is."),
    _lazy("The part before the @ has letters that most mail servers refuse."),
    _lazy("The part before the @ is longer than 64 characters."),
    _lazy("The address is longer than 254 characters."),
    _lazy("The part after the @ must have a dot."),
)


def _is_line(text: str) -> bool:
    try:
        check_line(text, "", max_length=len(text))
    except InvalidContent:
        return False
    return True


def check_headers(headers: Mapping[str, str], *, field: str = "headers") -> None:
    """Refuse names off the allow-list, and values that could break their line.

    Allowed: X-..., but for those by which relays take orders, and the few standard
    ones that a sender may need. Raises InvalidHeader or InvalidContent.
    """
    if len(headers) > HEADERS:
        raise InvalidHeader(
            _("At most %(limit)s headers are allowed.") % {"limit": HEADERS},
            field=field,
        )
    if len({name.lower() for name in headers}) < len(headers):
        raise InvalidHeader(_("A header is given twice."), field=field)
    for name, value in headers.items():
        _check_header(name, value, field)


def _check_header(name: str, value: str, field: str) -> None:
    allowed = name.lower() in _STANDARD_HEADERS or _EXTENSION_HEADER.fullmatch(name)
    if not allowed or _RELAY_HEADERS.match(name):
        raise InvalidHeader(
            _(
                "The header %(name)s may not be set. Names that begin with X- may, "
                "but for those that mail services take orders from."
            )
            % {"name": repr(name)[:80]},
            field=field,
        )
    check_line(value, f"{field}.{name}", max_length=HEADER_LENGTH - len(name))
    if name.lower() in _STANDARD_HEADERS and not value.isascii():
        raise InvalidHeader(
            _("The header %(name)s must be ASCII.") % {"name": name},
            field=f"{field}.{name}",
        )


def check_attachments(files: Sequence[File], *, field: str = "attachments") -> None:
    """Refuse names, types and sizes that cannot be sent; raises InvalidAttachment."""
    if len(files) > FILES:
        raise InvalidAttachment(
            _("At most %(limit)s files are allowed.") % {"limit": FILES}, field=field
        )
    for position, file in enumerate(files):
        _check_attachment(file, f"{field}[{position}]")
    if sum(len(file.data) for file in files) > FILES_BYTES:
        raise InvalidAttachment(
            _("The files together have more than %(limit)s MB.")
            % {"limit": FILES_BYTES // 1_000_000},
            field=field,
        )


def _check_attachment(file: File, field: str) -> None:
    check_line(file.filename, f"{field}.filename", max_length=200)
    if not file.filename.strip(". ") or re.search(r"[/\\]", file.filename):
        raise InvalidAttachment(
            _("The file needs a name without slashes."), field=f"{field}.filename"
        )
    if not _MEDIA_TYPE.fullmatch(file.content_type):
        raise InvalidAttachment(
            _("The content type must look like application/pdf."),
            field=f"{field}.contentType",
        )
    if len(file.data) > FILE_BYTES:
        raise InvalidAttachment(
            _("The file has more than %(limit)s MB.")
            % {"limit": FILE_BYTES // 1_000_000},
            field=field,
        )
