"""The error families: what can be wrong, said once, without a word of HTTP.

Each app subclasses a family in its own errors.py; notify_project/api/problems.py
maps a family to its status. `code` is the machine's word and the anchor of the
error's entry in docs/guide/errors.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


def gettext_noop(text: str) -> str:
    """Mark a text for the translators; who shows it (problems.py) translates it."""
    return text


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field; `field` is a dotted path, as in `email.to[0]`."""

    field: str
    code: str
    message: str


class NotifyError(Exception):
    """Something that the reader can be told, in a sentence that says what to do."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = gettext_noop("Something is wrong")

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        code: str = "",
        errors: Sequence[FieldError] = (),
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = code or type(self).code
        self.retry_after_seconds = retry_after_seconds
        self.errors: tuple[FieldError, ...] = tuple(errors) or (
            (FieldError(field, self.kind, message),) if field else ()
        )


class Malformed(NotifyError):
    """The bytes cannot be read as what they claim to be."""

    code = "malformed"
    title = gettext_noop("The request cannot be read")


class Unauthenticated(NotifyError):
    """Nobody, or nobody we know, is calling."""

    code = "unauthenticated"
    title = gettext_noop("Credentials are missing or not valid")


class Forbidden(NotifyError):
    """The caller is known and may not do this."""

    code = "forbidden"
    title = gettext_noop("Not allowed")


class NotFound(NotifyError):
    """There is no such thing, or it belongs to somebody else."""

    code = "not_found"
    title = gettext_noop("Not found")


class Conflict(NotifyError):
    """It cannot be done in the present state."""

    code = "conflict"
    title = gettext_noop("Not possible in the present state")


class TooLarge(NotifyError):
    """More bytes than we take."""

    code = "too_large"
    title = gettext_noop("The request is too large")


class UnsupportedMedia(NotifyError):
    """A content type or charset that we do not read."""

    code = "unsupported_media_type"
    title = gettext_noop("Unsupported media type")


class Invalid(NotifyError):
    """Readable, but it cannot be carried out as it stands."""

    code = "invalid"
    title = gettext_noop("The request cannot be carried out")


class UnknownField(Invalid):
    """A field that we do not know: a typo must not send the default mail."""

    code = "unknown_field"
    title = gettext_noop("The request has an unknown field")


class Required(Invalid):
    """A field that has to be there."""

    code = "required"
    title = gettext_noop("A field is missing")


class InvalidChoice(Invalid):
    """A field that takes one of a few words, with another."""

    code = "invalid_choice"
    title = gettext_noop("A field takes one of a few words")


class TooMany(NotifyError):
    """The caller's limit is used up for now."""

    code = "rate_limited"
    title = gettext_noop("Too many requests")


class Unavailable(NotifyError):
    """Something of ours is not there just now; trying again later helps."""

    code = "unavailable"
    title = gettext_noop("Temporarily unavailable")
