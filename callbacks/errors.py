"""What can be wrong with an endpoint, or with what is asked of it."""

from __future__ import annotations

from notify_project.errors import Conflict, Invalid, NotFound, gettext_noop


class InvalidEndpoint(Invalid):
    """A field of an endpoint cannot be used as it is."""

    code = "invalid_endpoint"
    title = gettext_noop("The endpoint cannot be used as it is described")


class EndpointNotFound(NotFound):
    """No such endpoint, or it is another tenant's."""

    code = "endpoint_not_found"
    title = gettext_noop("No such endpoint")


class CallbackNotFound(NotFound):
    """No such callback, or it is another tenant's."""

    code = "callback_not_found"
    title = gettext_noop("No such callback")


class CallbackBusy(Conflict):
    """A worker has it just now."""

    code = "callback_busy"
    title = gettext_noop("The callback is being sent")


class CallbackContentDeleted(Conflict):
    """What it told is not there any more."""

    code = "callback_content_deleted"
    title = gettext_noop("The content of the callback was deleted")


class EndpointOff(Conflict):
    """Nothing is sent to an endpoint that is switched off."""

    code = "endpoint_off"
    title = gettext_noop("The endpoint is switched off")
