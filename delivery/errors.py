"""What can be wrong with something that is to be sent, or with one that was."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from notify_project.errors import Conflict, Forbidden, Invalid, NotFound


class NoRecipient(Invalid):
    """A channel is left without anybody to send to."""

    code = "no_recipient"
    title = gettext_noop("There is nobody to send to")


class NobodyToCopy(NoRecipient):
    """Copies of a mail that nobody is in: subscribers get a mail each."""

    code = "nobody_to_copy"
    title = gettext_noop("Nobody would be in the mail that is copied")


class RecipientsSuppressed(Invalid):
    """Nobody is left: the suppression list keeps it from all who were meant."""

    code = "recipients_suppressed"
    title = gettext_noop("All recipients are on the suppression list")


class InvalidRecipient(Invalid):
    """An entry that is no address of its channel."""

    code = "invalid_address"
    title = gettext_noop("A recipient's address is not valid")


class TooManyRecipients(Invalid):
    """More than one envelope or request may hold."""

    code = "too_many_recipients"
    title = gettext_noop("Too many recipients")


class ContentMissing(Invalid):
    """Nothing to say."""

    code = "content_missing"
    title = gettext_noop("The content is empty")


class UnknownNotification(NotFound):
    """No such notification, or another tenant's."""

    code = "unknown_notification"


class UnknownText(NotFound):
    """No such received text, or another tenant's."""

    code = "received_text_not_found"


class ContentHidden(Forbidden):
    """A mail of our own: its links are for its recipient only."""

    code = "content_hidden"


class NothingToCancel(Conflict):
    """All messages have left, or have ended."""

    code = "nothing_to_cancel"


class NothingToReschedule(Conflict):
    """All messages have left, or have ended."""

    code = "nothing_to_reschedule"


class CannotResend(Conflict):
    """It cannot go out once more as it is."""

    code = "cannot_resend"


class NothingToReplay(Conflict):
    """No message of these was given up, or their content is not kept any more."""

    code = "nothing_to_replay"


class TooManyRows(Invalid):
    """A report that one answer cannot hold."""

    code = "too_many_rows"
    title = gettext_noop("The report is too long")


class StillComposing(Conflict):
    """A large fan-out whose messages are not all there yet."""

    code = "still_composing"
    title = gettext_noop("The messages are still being composed")
