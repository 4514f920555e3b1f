"""Why somebody is not let in by the single sign-on."""

from __future__ import annotations

from notify_project.errors import Forbidden, Unavailable


class NotAdmitted(Forbidden):
    """The provider's answer lets nobody in here."""


class ProviderUnavailable(Unavailable):
    """The provider cannot be asked, or says nothing that makes sense."""
