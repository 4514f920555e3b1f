"""Why a request cannot be accepted as it stands."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from notify_project.errors import Conflict, Invalid, NotFound


class InvalidField(Invalid):
    """A known field with a value that it cannot have."""

    code = "invalid_field"
    title = gettext_noop("A field's value is not valid")


class NoChannels(Invalid):
    """Nothing is left to send over."""

    code = "no_channels"
    title = gettext_noop("No channel is switched on")


class WrongChannel(Invalid):
    """A channel that this path, template or sender is not for."""

    code = "wrong_channel"
    title = gettext_noop("That is for another channel")


class ConflictingContent(Invalid):
    """Two names for the same text, with different values."""

    code = "conflicting_content"
    title = gettext_noop("The content contradicts itself")


class SenderNotConfigured(Invalid):
    """There is no sender to send from."""

    code = "sender_not_configured"
    title = gettext_noop("No sender is configured")


class SenderNotVerified(Invalid):
    """The sender is known, but nobody has proved that it is the tenant's."""

    code = "sender_not_verified"
    title = gettext_noop("The sender is not verified")


class UnknownSender(Invalid):
    """Not one of the tenant's senders."""

    code = "unknown_sender"
    title = gettext_noop("There is no such sender")


class NoAccount(Invalid):
    """No provider account can carry this channel."""

    code = "no_account"
    title = gettext_noop("No account is configured for the channel")


class UnknownAccount(Invalid):
    """Not one of the accounts that the tenant may use."""

    code = "unknown_account"
    title = gettext_noop("There is no such account")


class InvalidTime(Invalid):
    """A time that is not ISO 8601, or too far away."""

    code = "invalid_time"
    title = gettext_noop("A time is not valid")


class FieldLocked(Invalid):
    """A field that the system keeps for itself."""

    code = "field_locked"
    title = gettext_noop("The field is locked by the system")


class UnknownEventType(Invalid):
    """A request names an event type that the tenant does not have."""

    code = "unknown_event_type"
    title = gettext_noop("There is no such event type")


class EventTypeInactive(Invalid):
    """The event type is switched off, or was never published."""

    code = "event_type_inactive"
    title = gettext_noop("The event type is not in use")


class InvalidParams(Invalid):
    """The params are not those that the event type expects."""

    code = "invalid_params"
    title = gettext_noop("The params do not fit the event type")


class InvalidDesign(Invalid):
    """An event type cannot be saved like this."""

    code = "invalid_design"
    title = gettext_noop("The event type cannot be saved")


class EventNameTaken(Conflict):
    """Short names and aliases are unique in a tenant, whatever their case."""

    code = "event_name_taken"
    title = gettext_noop("An event type of this name exists")


class EventTypeNotFound(NotFound):
    """No such event type or version, or another tenant's."""

    code = "event_type_not_found"


class NotOnSafeList(Invalid):
    """A team key, or a trial tenant's, was to write to somebody else."""

    code = "not_on_safe_list"
    title = gettext_noop("A recipient is not on the safe list")


class KeyReused(Invalid):
    """An Idempotency-Key that came before with another body."""

    code = "idempotency_key_reused"
    title = gettext_noop("The Idempotency-Key was used for another request")


class KeyInUse(Conflict):
    """The first request with this Idempotency-Key is still being worked on."""

    code = "idempotency_key_in_use"
    title = gettext_noop("The first request with this key is not finished")


class InvalidKey(Invalid):
    """An Idempotency-Key that cannot be one."""

    code = "invalid_idempotency_key"
    title = gettext_noop("The Idempotency-Key is not valid")


class InvalidErasure(Invalid):
    """No address, or no reason that may be kept."""

    code = "invalid_erasure"
    title = gettext_noop("The erasure cannot be asked for like this")


class InvalidBundle(Invalid):
    """A file of designs that cannot be taken over as it stands."""

    code = "invalid_bundle"
    title = gettext_noop("The file cannot be taken over")
